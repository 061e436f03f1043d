// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const serveHelp = `Answer over HTTP who may do what, with the OpenID AuthZEN Authorization API 1.0.

It serves
  -f FILE|FOLDER   the organizations in manifests, which are re-read whenever they change;
  --directory DIR  what is published in a mounted ConfigMap, or in several with a folder each;
  otherwise        what is published in the cluster of your kubeconfig, or in the namespace of -n, and follows its changes.
With -O it serves only one of these organizations: NAMESPACE/NAME, if several have the name.

The API of an organization is at /NAMESPACE/ORGANIZATION, and at the root too if -O names it, or if -f or --directory held no
other at the start. What may be done on the platform itself, without an organization, is at /rolewright-system/platform.CATALOG, for each
catalog. /openapi.json describes all of it; /healthz and /readyz are for probes.

Traces and metrics go to an OpenTelemetry collector if OTEL_EXPORTER_OTLP_ENDPOINT names one, as the other variables of OpenTelemetry say.

With --ext-authz-mapping it also answers Envoy's external authorization (ext_authz), over gRPC and over HTTP, for the routes of that file.

Plain HTTP is only for this machine: on addresses other than loopback, name a certificate. Callers send a bearer token of the
cluster, and need the verb "create" on organizations.rolewright.dev/decisions in the organization's namespace. With -f or
--directory anyone may query, which is for loopback too; --authenticate changes that.

On an interrupt or SIGTERM it answers the requests that have already arrived, and exits. On SIGHUP it reopens the decision
log.

Exit codes:
  0  it was stopped by a signal
  2  it could not start, or requests were cut off`

// serveOptions are the flags of serve.
type serveOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags

	directory, listen, metricsListen   string
	platformNamespace                  string
	certificate, privateKey            string
	clientAuthorities                  string
	insecure, authenticate             bool
	audiences, origins                 []string
	reviewCache, maxStaleness          time.Duration
	api                                authzen.Options
	maxInFlight                        int
	timeouts                           serve.Timeouts
	external                           serveExternal
	provider                           serveProvider
	decisionLog, maskKeyFile           string
	sample                             float64
	masks                              []string
	logFormat                          string
	telemetry                          serveTelemetry
	accessRequests                     accessRequestFlags
	authenticateIsSet, audiencesAreSet bool
}

func newServe(f *factory) *cobra.Command {
	o := &serveOptions{streams: f.streams, input: f.input}
	command := &cobra.Command{
		Use:   "serve [-f FILE|FOLDER|-]...",
		Short: "Answer over HTTP who may do what",
		Long:  serveHelp,
		Example: f.examples(`  # Manifests, on this machine
  %[1]s serve -f config/samples/quickstart

  # What a cluster publishes in one namespace, for callers with a token of the cluster
  %[1]s serve -n quickstart --listen :8443 --tls-cert-file tls.crt --tls-private-key-file tls.key

  # With a log of every decision that shows users only as keyed hashes
  %[1]s serve -f config/samples/quickstart --decision-log - --decision-log-mask subject.id --decision-log-mask-key-file key`),
		Args: noArguments,
		RunE: run(o),
	}
	o.addFlags(command.Flags())
	return command
}

// Complete implements options.
func (o *serveOptions) Complete(command *cobra.Command, _ []string) error {
	o.authenticateIsSet = command.Flags().Changed("authenticate")
	o.audiencesAreSet = command.Flags().Changed("audience")
	return nil
}

func (o *serveOptions) addFlags(flags *pflag.FlagSet) {
	o.organization.addFlags(flags, organizationUsage)
	flags.StringVar(&o.directory, "directory", "", "`DIR` with a published index.json, or with folders that contain one")
	flags.StringVar(&o.platformNamespace, "platform-namespace", document.DefaultPlatformNamespace,
		"`NAMESPACE` below which to answer what may be done on the platform itself, with -f; of a cluster it is that of the manager")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8420",
		"`ADDRESS` to listen on, as HOST:PORT; without a host, all addresses of this machine; unix:FILE for a socket of this machine")
	flags.StringVar(&o.metricsListen, "metrics-listen", "", "`ADDRESS` of the Prometheus metrics, in plain HTTP at /metrics; none by default")
	flags.StringVar(&o.certificate, "tls-cert-file", "",
		"`FILE` with the certificate and its intermediate certificates; re-read when it changes")
	flags.StringVar(&o.privateKey, "tls-private-key-file", "", "`FILE` with the certificate's private key; re-read when it changes")
	flags.BoolVar(&o.insecure, "insecure", false,
		"allow plain HTTP on addresses other than loopback: anyone in between can read and forge answers")
	o.addCallerFlags(flags)
	o.external.addFlags(flags)
	o.accessRequests.addFlags(flags)
	o.addLimitFlags(flags)
	o.addLogFlags(flags)
	o.telemetry.addFlags(flags)
}

func (o *serveOptions) addCallerFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.authenticate, "authenticate", false,
		"admit only callers whose tokens and rights the cluster confirms; true by default for what a cluster publishes")
	flags.StringSliceVar(&o.audiences, "audience", []string{"rolewright"},
		"`AUDIENCE` that tokens must be for; separate several by commas; an empty one stands for that of the API server")
	// The flag is there.
	_ = flags.SetAnnotation("audience", mayBeEmpty, nil)
	flags.StringVar(&o.clientAuthorities, "client-ca-file", "",
		"`FILE` with authorities whose certificates callers may show in place of a token: the common name is the user, organizations are groups")
	o.provider.addFlags(flags)
	flags.StringSliceVar(&o.origins, "cors-origin", nil,
		"`ORIGIN` whose pages may query from within a browser, such as https://app.example.com; may be repeated; * for all")
	flags.DurationVar(&o.reviewCache, "review-cache", 10*time.Second,
		"how long to cache whose a token is and what they may do; for that long a right that was revoked still counts")
}

func (o *serveOptions) addLimitFlags(flags *pflag.FlagSet) {
	flags.DurationVar(&o.maxStaleness, "max-staleness", 5*time.Minute,
		"how long to rely on what is published without a sign that it is current; 0 means forever")
	flags.StringVar(&o.api.BaseURL, "base-url", "",
		"`URL` at which clients reach the service, for its metadata; by default the host that they used, if it is one of the certificate's")
	flags.Int64Var(&o.api.MaxBytes, "max-bytes", authzen.DefaultMaxBytes, "maximum size of a request body")
	flags.IntVar(&o.api.MaxDepth, "max-depth", authzen.DefaultMaxDepth, "how deeply objects and lists may be nested in a request")
	flags.IntVar(&o.api.MaxEvaluations, "max-evaluations", authzen.DefaultMaxEvaluations, "maximum number of evaluations in a request")
	flags.IntVar(&o.api.MaxPage, "max-page", authzen.DefaultMaxPage,
		"maximum number of results on a page of a search")
	flags.IntVar(&o.maxInFlight, "max-in-flight", serve.DefaultMaxInFlight,
		"how many requests are answered at the same time; more are refused")
	flags.DurationVar(&o.timeouts.Read, "read-timeout", serve.DefaultRead, "how long a request may take to arrive")
	flags.DurationVar(&o.timeouts.Write, "write-timeout", serve.DefaultWrite, "how long a request and its answer may take together")
	flags.DurationVar(&o.timeouts.Idle, "idle-timeout", serve.DefaultIdle, "how long a connection may stay without a request")
	flags.DurationVar(&o.timeouts.ShutdownDelay, "shutdown-delay", 0,
		"how long to go on answering after the service reports that it is not ready, until requests go elsewhere")
	flags.DurationVar(&o.timeouts.Shutdown, "shutdown-timeout", serve.DefaultShutdown,
		"how long requests that have already arrived may then take")
}

func (o *serveOptions) addLogFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.decisionLog, "decision-log", "", "`FILE` to append a line of JSON to for each decision, or - for standard output")
	flags.Float64Var(&o.sample, "decision-log-sample", 1,
		"`FRACTION` of the requests whose decisions are logged, such as 0.1, sampled by X-Request-ID")
	flags.StringSliceVar(&o.masks, "decision-log-mask", nil,
		"`FIELD` whose value is masked in the decision log, such as subject.id or resource.properties.ssn; may be repeated")
	flags.StringVar(&o.maskKeyFile, "decision-log-mask-key-file", "",
		"`FILE` with a key of at least 16 bytes: masked values are logged as keyed hashes, so that equal values stay recognizable")
	flags.StringVar(&o.logFormat, "log-format", "text", "`FORMAT` of the log on standard error: text or json")
}
