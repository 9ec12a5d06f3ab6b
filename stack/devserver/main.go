// A Temporal server for one machine: history, matching, worker, frontend and web UI in one process, kept in
// one SQLite file, listening on the loopback address only. It differs from the usual development server in
// what claimflow needs of it: the file is in WAL mode (twice the speed, and it survives kill -9), workflows may
// skip time, search attributes exist before the first workflow, and closed workflows are kept for ten years.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"go.temporal.io/api/enums/v1"
)

type options struct {
	database         string
	ip               string
	port             int
	uiPort           int
	namespace        string
	codecEndpoint    string
	logLevel         string
	searchAttributes map[string]enums.IndexedValueType
	dynamicConfig    map[string]any
}

func main() {
	if err := run(parseFlags()); err != nil {
		fmt.Fprintln(os.Stderr, "claimflow-temporal:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)

	server, err := newServer(o)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("starting on %s:%d: %w", o.ip, o.port, err)
	}
	if o.uiPort > 0 {
		ui := newWebUI(o)
		go func() { _ = ui.Start() }()
		defer ui.Stop()
	}
	fmt.Printf("ready: gRPC %s:%d, namespace %s\n", o.ip, o.port, o.namespace)
	<-stop
	return server.Stop()
}

func parseFlags() options {
	o := options{searchAttributes: map[string]enums.IndexedValueType{}, dynamicConfig: map[string]any{}}
	flag.StringVar(&o.database, "db", "temporal.db", "SQLite file, made when missing")
	flag.StringVar(&o.ip, "ip", "127.0.0.1", "address to listen on")
	flag.IntVar(&o.port, "port", 7233, "gRPC port")
	flag.IntVar(&o.uiPort, "ui-port", 8233, "web UI port, 0 for no UI")
	flag.StringVar(&o.namespace, "namespace", "default", "namespace, made when missing")
	flag.StringVar(&o.codecEndpoint, "codec-endpoint", "", "where the UI decodes encrypted payloads")
	flag.StringVar(&o.logLevel, "log-level", "warn", "debug, info, warn or error")
	flag.Func("search-attribute", "Name=Type, repeatable", func(text string) error {
		name, kind, found := strings.Cut(text, "=")
		value, err := enums.IndexedValueTypeFromString(kind)
		if !found || err != nil {
			return fmt.Errorf("want Name=Type with a type such as Keyword or Datetime")
		}
		o.searchAttributes[name] = value
		return nil
	})
	flag.Func("dynamic-config", "key=value, repeatable", func(text string) error {
		key, value, found := strings.Cut(text, "=")
		if !found {
			return fmt.Errorf("want key=value")
		}
		o.dynamicConfig[key] = typed(value)
		return nil
	})
	flag.Parse()
	return o
}

// typed reads a dynamic configuration value as the server expects it: integer, number, boolean or text.
func typed(text string) any {
	if whole, err := strconv.Atoi(text); err == nil {
		return whole
	}
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		return number
	}
	if truth, err := strconv.ParseBool(text); err == nil {
		return truth
	}
	return text
}
