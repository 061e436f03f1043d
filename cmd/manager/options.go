// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/buildinfo"
	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// leaderElectionID names the Lease that replicas compete for.
const leaderElectionID = "rolewright-manager"

// How often to probe the policies on which approvals rest: regularly, and at most when requests or decisions wait for it. The API server
// reads policies once a second.
const (
	probeInterval  = 10 * time.Second
	probeSpacing   = 250 * time.Millisecond
	probeTimeout   = 10 * time.Second
	probePatience  = 30 * time.Second
	policySettling = 3 * time.Second
)

// options are the flags of the manager.
type options struct {
	metricsAddress, healthAddress             string
	leaderElection                            bool
	leaderElectionNamespace                   string
	leaseDuration, renewDeadline, retryPeriod time.Duration
	coalesce, recheck, shardGrace             time.Duration
	fullResolution                            bool
	webhookAddress, webhookNamespace          string
	platformNamespace                         string
	logLevel, auditLog                        string
	version                                   bool
}

func (o *options) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", ":8080",
		"Address of the Prometheus metrics, in plain HTTP at /metrics. 0 turns them off.")
	flags.StringVar(&o.healthAddress, "health-probe-bind-address", ":8081",
		"Address of /healthz and /readyz. 0 turns them off.")
	flags.BoolVar(&o.leaderElection, "leader-elect", true,
		"Let only one of several replicas write. Without it, there must be only one replica.")
	flags.StringVar(&o.leaderElectionNamespace, "leader-election-namespace", "kube-system",
		"Namespace of the Lease that the replicas of all installations compete for.")
	flags.DurationVar(&o.leaseDuration, "leader-elect-lease-duration", 15*time.Second,
		"How long replicas wait before they take over from a leader that no longer renews the Lease.")
	flags.DurationVar(&o.renewDeadline, "leader-elect-renew-deadline", 10*time.Second,
		"How long the leader tries to renew the Lease before it gives up and exits.")
	flags.DurationVar(&o.retryPeriod, "leader-elect-retry-period", 2*time.Second,
		"How often replicas try to acquire or renew the Lease.")
	flags.DurationVar(&o.coalesce, "coalesce", 100*time.Millisecond,
		"How long an organization must be unchanged before it is resolved. During continuous changes it is resolved after ten times as long.")
	flags.DurationVar(&o.recheck, "recheck", 10*time.Second,
		"How often to check whether a foreign ConfigMap still prevents publishing.")
	flags.DurationVar(&o.shardGrace, "shard-grace", 10*time.Minute,
		"How long to keep a shard of a large document that the index no longer names, for readers with an earlier index.")
	flags.BoolVar(&o.fullResolution, "full-resolution", false,
		"Resolve an organization from scratch whenever it changes, instead of only what differs. The result is the same, but takes longer.")
	flags.StringVar(&o.webhookAddress, "webhook-bind-address", "0",
		"Address of the webhook that judges who may change an organization, for example :9443. 0 turns it off.")
	flags.StringVar(&o.webhookNamespace, "webhook-namespace", "rolewright-system",
		"Namespace of the webhook's Service, and of the Secret with its certificate.")
	flags.StringVar(&o.platformNamespace, "platform-namespace", document.DefaultPlatformNamespace,
		"Namespace in which to publish what people may do on the platform itself, one document for each catalog. Empty publishes none.")
	flags.StringVar(&o.auditLog, "audit-log", "",
		"File to which to append what happens to approval requests, as lines of JSON; - is the standard output. Empty records nothing.")
	flags.StringVar(&o.logLevel, "log-level", "info", "debug, info, warn or error.")
	flags.BoolVar(&o.version, "version", false, "Print the version, and exit.")
}

// setUpLogging writes all logs, including those of client-go, to a writer as JSON.
func (o *options) setUpLogging(to io.Writer) error {
	level, err := zapcore.ParseLevel(o.logLevel)
	if err != nil {
		return fmt.Errorf("--log-level %q: write debug, info, warn or error", o.logLevel)
	}
	logger := logging.JSON(to, level)
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	return nil
}

// clusterConfig returns how to reach the API server, without a rate limit: the API server protects itself from too many
// requests, and a limit would only delay the statuses of large organizations.
func (o *options) clusterConfig() (*rest.Config, error) {
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "rolewright/" + buildinfo.Read().Version
	return config, nil
}

func (o *options) managerOptions() (ctrl.Options, error) {
	manager, err := controllers.ManagerOptions()
	manager.Metrics = metricsserver.Options{BindAddress: o.metricsAddress}
	manager.HealthProbeBindAddress = o.healthAddress
	manager.LeaderElection = o.leaderElection
	manager.LeaseDuration, manager.RenewDeadline, manager.RetryPeriod = &o.leaseDuration, &o.renewDeadline, &o.retryPeriod
	// The process exits right after the manager stops, so it writes nothing after it has released the Lease.
	manager.LeaderElectionReleaseOnCancel = true
	return manager, err
}

func (o *options) controllerOptions() (controllers.Options, error) {
	auditLog, err := o.openAuditLog(os.Stdout)
	if err != nil {
		return controllers.Options{}, err
	}
	webhook, err := o.webhook()
	return controllers.Options{
		Coalesce: o.coalesce, Recheck: o.recheck, ShardGrace: o.shardGrace, FullResolution: o.fullResolution,
		Registerer: metrics.Registry, AuditLog: auditLog, Webhook: webhook, PlatformNamespace: o.platformNamespace,
		Policies: &controllers.Policies{
			Interval: probeInterval, Spacing: probeSpacing, Timeout: probeTimeout, Patience: probePatience, Settling: policySettling,
		},
	}, err
}

// webhook says where to serve the webhook; nil if nowhere.
func (o *options) webhook() (*controllers.Webhook, error) {
	if o.webhookAddress == "0" {
		return nil, nil
	}
	host, text, err := net.SplitHostPort(o.webhookAddress)
	port, notNumber := strconv.Atoi(text)
	if err != nil || notNumber != nil || port <= 0 {
		return nil, fmt.Errorf("--webhook-bind-address %q: write HOST:PORT or :PORT, or 0 to turn the webhook off", o.webhookAddress)
	}
	return &controllers.Webhook{Host: host, Port: port, Namespace: o.webhookNamespace}, nil
}

// openAuditLog opens the audit log, which has a stream of its own: all other logs go to the standard error. There is none if
// the flag is empty.
func (o *options) openAuditLog(stdout io.Writer) (*audit.Log, error) {
	switch o.auditLog {
	case "":
		return nil, nil
	case "-":
		// The standard output is nothing to sync.
		return audit.NewLog(struct{ io.Writer }{stdout}), nil
	}
	file, err := logging.OpenFile(o.auditLog)
	if err != nil {
		return nil, fmt.Errorf("--audit-log: %w", err)
	}
	return audit.NewLog(file), nil
}

// values returns the values of all flags.
func values(flags *flag.FlagSet) map[string]string {
	all := map[string]string{}
	flags.VisitAll(func(f *flag.Flag) { all[f.Name] = f.Value.String() })
	return all
}
