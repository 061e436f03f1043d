// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
)

// leaderElectionID names the Lease that replicas compete for.
const leaderElectionID = "rolewright-manager"

// settings are what the flags say.
type settings struct {
	metricsAddress, healthAddress           string
	leaderElection                          bool
	leaderElectionNamespace                 string
	leaseDuration, renewDeadline, retryEach time.Duration
	coalesce, recheck, shardGrace           time.Duration
	fullResolution                          bool
	logLevel                                string
}

func (s *settings) register(flags *flag.FlagSet) {
	flags.StringVar(&s.metricsAddress, "metrics-bind-address", ":8080",
		"Address of the Prometheus metrics, in plain HTTP at /metrics. 0 turns them off.")
	flags.StringVar(&s.healthAddress, "health-probe-bind-address", ":8081",
		"Address of /healthz and /readyz. 0 turns them off.")
	flags.BoolVar(&s.leaderElection, "leader-elect", true,
		"Let only one of several replicas write. Without it there must be only one.")
	flags.StringVar(&s.leaderElectionNamespace, "leader-election-namespace", "",
		"Namespace of the Lease that replicas compete for. Empty means that of the pod; it must be named outside of a cluster.")
	flags.DurationVar(&s.leaseDuration, "leader-elect-lease-duration", 15*time.Second,
		"How long replicas wait before they take the lead from one that no longer renews it.")
	flags.DurationVar(&s.renewDeadline, "leader-elect-renew-deadline", 10*time.Second,
		"How long the leader tries to renew the lead before it gives up and ends.")
	flags.DurationVar(&s.retryEach, "leader-elect-retry-period", 2*time.Second,
		"How often replicas try to take or renew the lead.")
	flags.DurationVar(&s.coalesce, "coalesce", 100*time.Millisecond,
		"How long an organization must have been quiet before it is resolved. A burst without end is resolved every ten times as long.")
	flags.DurationVar(&s.recheck, "recheck", 10*time.Second,
		"How often to look whether a ConfigMap of someone else still stands in the way of publishing.")
	flags.DurationVar(&s.shardGrace, "shard-grace", 10*time.Minute,
		"How long a shard of a large document stays after the index ceased to name it, for readers that know an earlier index.")
	flags.BoolVar(&s.fullResolution, "full-resolution", false,
		"Resolve an organization from scratch whenever anything of it changes, instead of only what differs. The result is the same, and takes longer.")
	flags.StringVar(&s.logLevel, "log-level", "info", "debug, info, warn or error.")
}

// setUpLogging sends every log line, client-go's too, to the writer as JSON.
func (s *settings) setUpLogging(to io.Writer) error {
	level, err := zapcore.ParseLevel(s.logLevel)
	if err != nil {
		return fmt.Errorf("--log-level is %q; it must be debug, info, warn or error", s.logLevel)
	}
	logger := zap.New(zap.UseDevMode(false), zap.Level(level), zap.WriteTo(to))
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	return nil
}

// clusterConfig returns how to reach the API server, which protects itself from too many requests: a limit of the
// client's own would only hold up the statuses of large organizations.
func (s *settings) clusterConfig() (*rest.Config, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "rolewright/" + version()
	return config, nil
}

func (s *settings) managerOptions() (ctrl.Options, error) {
	options, err := controllers.ManagerOptions()
	options.Metrics = metricsserver.Options{BindAddress: s.metricsAddress}
	options.HealthProbeBindAddress = s.healthAddress
	options.LeaderElection = s.leaderElection
	options.LeaderElectionID = leaderElectionID
	options.LeaderElectionNamespace = s.leaderElectionNamespace
	options.LeaseDuration, options.RenewDeadline, options.RetryPeriod = &s.leaseDuration, &s.renewDeadline, &s.retryEach
	// The process ends right after the manager does, so that nothing of it writes once the lead is given up.
	options.LeaderElectionReleaseOnCancel = true
	return options, err
}

func (s *settings) controllerOptions() controllers.Options {
	return controllers.Options{
		Coalesce: s.coalesce, Recheck: s.recheck, ShardGrace: s.shardGrace, FullResolution: s.fullResolution,
		Registerer: metrics.Registry,
	}
}

// values are all flags with their values.
func values(flags *flag.FlagSet) map[string]string {
	all := map[string]string{}
	flags.VisitAll(func(f *flag.Flag) { all[f.Name] = f.Value.String() })
	return all
}

// version is the module's, or the revision that the program was built from.
func version() string {
	info, known := debug.ReadBuildInfo()
	if !known {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if info.Main.Version == "(devel)" && setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
}
