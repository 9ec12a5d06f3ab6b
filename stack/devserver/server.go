package main

import (
	"fmt"
	"net"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
)

const (
	clusterName = "active"
	// Names this installation inside its own database; the same for every start on the same file.
	clusterID = "2f0bd5ac-4e3c-4b7e-9d0a-6a3c1f5e7b21"
	storeName = "sqlite"
)

func newServer(o options) (temporal.Server, error) {
	ports, err := freePorts(o.ip, 4)
	if err != nil {
		return nil, err
	}
	store, err := openStore(o)
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("%s:%d", o.ip, o.port)
	services := map[string]config.Service{
		"frontend": {RPC: config.RPC{BindOnIP: o.ip, GRPCPort: o.port, HTTPPort: ports[3]}},
		"history":  {RPC: config.RPC{BindOnIP: o.ip, GRPCPort: ports[0]}},
		"matching": {RPC: config.RPC{BindOnIP: o.ip, GRPCPort: ports[1]}},
		"worker":   {RPC: config.RPC{BindOnIP: o.ip, GRPCPort: ports[2]}},
	}
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name, service := range services {
		hosts[primitives.ServiceName(name)] = static.SingleLocalHost(
			fmt.Sprintf("%s:%d", o.ip, service.RPC.GRPCPort))
	}
	off := config.ArchivalNamespaceDefaults{
		History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
		Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
	}
	conf := &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: o.ip},
		},
		Persistence: config.Persistence{
			DefaultStore:     storeName,
			VisibilityStore:  storeName,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{storeName: {SQL: store}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled:                true,
				InitialFailoverVersion: 1,
				RPCAddress:             address,
				HTTPAddress:            fmt.Sprintf("%s:%d", o.ip, ports[3]),
				ClusterID:              clusterID,
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: off},
		PublicClient:      config.PublicClient{HostPort: address},
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: o.logLevel, Format: "console"}))
	return temporal.NewServer(
		temporal.WithConfig(conf),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger),
		temporal.WithDynamicConfigClient(dynamicConfig(o)),
	)
}

// dynamicConfig is what one machine needs changed from the server's defaults; flags have the last word.
func dynamicConfig(o options) dynamicconfig.StaticClient {
	values := dynamicconfig.StaticClient{
		dynamicconfig.WorkflowTimeSkippingEnabled.Key():                  true,
		dynamicconfig.EnableDeploymentVersions.Key():                     true,
		dynamicconfig.FrontendEnableWorkerVersioningWorkflowAPIs.Key():   true,
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8192,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 500,
		// A search attribute added through the API is usable at once, not after a minute.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
	}
	for key, value := range o.dynamicConfig {
		values[dynamicconfig.MakeKey(key)] = value
	}
	return values
}

func newWebUI(o options) *uiserver.Server {
	return uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		Host:                o.ip,
		Port:                o.uiPort,
		TemporalGRPCAddress: fmt.Sprintf("%s:%d", o.ip, o.port),
		EnableUI:            true,
		DefaultNamespace:    o.namespace,
		Codec:               uiconfig.Codec{Endpoint: o.codecEndpoint},
		CORS:                uiconfig.CORS{CookieInsecure: true},
		DisableNewsFetch:    true,
		HideLogs:            true,
	}))
}

// freePorts finds ports for the services behind the frontend; all are held until the last is found, so that
// they differ from each other.
func freePorts(ip string, count int) ([]int, error) {
	ports := make([]int, 0, count)
	for len(ports) < count {
		listener, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
		if err != nil {
			return nil, fmt.Errorf("finding a free port on %s: %w", ip, err)
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
