package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	schema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// How long closed workflows stay readable: a claim's appeals and recoupments reach back years.
const retention = 10 * 365 * 24 * time.Hour

// openStore makes the SQLite file when it is missing and the namespace when the file has none of that name.
//
// WAL with synchronous=normal loses nothing when the process is killed (only, at worst, the last commits when
// the machine itself goes down), and one connection at a time is what the server's SQLite plugin is built for.
func openStore(o options) (*config.SQL, error) {
	folder, file := filepath.Split(o.database)
	if folder != "" {
		// The plugin puts the name into a URI unescaped: a bare file name is safe whatever the folder is called.
		if err := os.Chdir(folder); err != nil {
			return nil, fmt.Errorf("folder of the database: %w", err)
		}
	}
	if err := createSchema(file); err != nil {
		return nil, err
	}
	store := &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: file,
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
			"busy_timeout": "10000",
		},
	}
	namespace, err := schema.NewNamespaceConfig(clusterName, o.namespace, false, o.searchAttributes)
	if err != nil {
		return nil, fmt.Errorf("search attributes: %w", err)
	}
	namespace.Detail.Config.Retention = durationpb.New(retention)
	if err := schema.CreateNamespaces(store, namespace); err != nil {
		return nil, fmt.Errorf("namespace %s in %s: %w", o.namespace, o.database, err)
	}
	return store, nil
}

// createSchema works in a file of another name and renames it when whole: an interrupted first start leaves
// nothing that a second one would take for a database.
func createSchema(file string) error {
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	unfinished := file + ".new"
	for _, leftover := range []string{unfinished, unfinished + "-journal"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	empty := &config.SQL{
		PluginName:        sqlite.PluginName,
		DatabaseName:      unfinished,
		ConnectAttributes: map[string]string{"mode": "rwc", "synchronous": "off"},
	}
	if err := schema.SetupSchema(empty); err != nil {
		return fmt.Errorf("making the database: %w", err)
	}
	return os.Rename(unfinished, file)
}
