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
	MetricsAddress          string        `json:"metricsAddress"`
	HealthAddress           string        `json:"healthAddress"`
	LeaderElection          bool          `json:"leaderElection"`
	LeaderElectionNamespace string        `json:"leaderElectionNamespace,omitempty"`
	LeaseDuration           time.Duration `json:"leaseDuration"`
	RenewDeadline           time.Duration `json:"renewDeadline"`
	RetryPeriod             time.Duration `json:"retryPeriod"`
	Coalesce                time.Duration `json:"coalesce"`
	Recheck                 time.Duration `json:"recheck"`
	LogLevel                string        `json:"logLevel"`
}

func (s *settings) register(flags *flag.FlagSet) {
	flags.StringVar(&s.MetricsAddress, "metrics-bind-address", ":8080",
		"Address of the Prometheus metrics, in plain HTTP at /metrics. 0 turns them off.")
	flags.StringVar(&s.HealthAddress, "health-probe-bind-address", ":8081",
		"Address of /healthz and /readyz. 0 turns them off.")
	flags.BoolVar(&s.LeaderElection, "leader-elect", true,
		"Let only one of several replicas write. Without it there must be only one.")
	flags.StringVar(&s.LeaderElectionNamespace, "leader-election-namespace", "",
		"Namespace of the Lease that replicas compete for. Empty means that of the pod; it must be named outside of a cluster.")
	flags.DurationVar(&s.LeaseDuration, "leader-elect-lease-duration", 15*time.Second,
		"How long replicas wait before they take the lead from one that no longer renews it.")
	flags.DurationVar(&s.RenewDeadline, "leader-elect-renew-deadline", 10*time.Second,
		"How long the leader tries to renew the lead before it gives up and ends.")
	flags.DurationVar(&s.RetryPeriod, "leader-elect-retry-period", 2*time.Second,
		"How often replicas try to take or renew the lead.")
	flags.DurationVar(&s.Coalesce, "coalesce", 100*time.Millisecond,
		"How long an organization must have been quiet before it is resolved. A burst without end is resolved every ten times as long.")
	flags.DurationVar(&s.Recheck, "recheck", 10*time.Second,
		"How often to look whether a ConfigMap of somebody else still stands in the way of publishing.")
	flags.StringVar(&s.LogLevel, "log-level", "info", "debug, info, warn or error.")
}

// setUpLogging sends every log line, client-go's too, to the writer as JSON.
func (s *settings) setUpLogging(to io.Writer) error {
	level, err := zapcore.ParseLevel(s.LogLevel)
	if err != nil {
		return fmt.Errorf("--log-level is %q; it must be debug, info, warn or error", s.LogLevel)
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
	options.Metrics = metricsserver.Options{BindAddress: s.MetricsAddress}
	options.HealthProbeBindAddress = s.HealthAddress
	options.LeaderElection = s.LeaderElection
	options.LeaderElectionID = leaderElectionID
	options.LeaderElectionNamespace = s.LeaderElectionNamespace
	options.LeaseDuration, options.RenewDeadline, options.RetryPeriod = &s.LeaseDuration, &s.RenewDeadline, &s.RetryPeriod
	// The process ends right after the manager does, so that nothing of it writes once the lead is given up.
	options.LeaderElectionReleaseOnCancel = true
	return options, err
}

func (s *settings) controllerOptions() controllers.Options {
	return controllers.Options{Coalesce: s.Coalesce, Recheck: s.Recheck, Registerer: metrics.Registry}
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
