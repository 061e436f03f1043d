// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve"
)

const serveHelp = `Answer over HTTP who may do what, as the OpenID AuthZEN Authorization API 1.0 has it.

It serves
  -f FILE|FOLDER   the organizations in manifests, read again whenever they change;
  --directory DIR  what is published, out of a mounted ConfigMap, or of several in folders of their own;
  otherwise        all that is published in the cluster of your kubeconfig, or in the namespace of -n, and follows it.
With -O it serves one organization of these.

An organization's API is at /NAMESPACE/ORGANIZATION, and at the root as well if there is just one. /healthz and /readyz are
for probes.

Plain HTTP is for this machine: on any other address than loopback, name a certificate. Callers send a bearer token of the
cluster, and need the verb "create" on organizations.rolewright.dev/decisions in the organization's namespace. With -f or
--directory everybody may ask, which is for loopback too; --authenticate changes that.

It ends on an interrupt or SIGTERM, when the requests that have begun are answered, and opens the decision log anew on SIGHUP.

Exit codes:
  0  it ended because it was told to
  2  it could not begin, or requests were cut off`

// serving is what the flags of serve say.
type serving struct {
	choice

	directory, listen, metricsListen   string
	certificate, privateKey            string
	insecure, authenticate             bool
	audiences                          []string
	reviewCache, maxStaleness          time.Duration
	api                                authzen.Options
	maxInFlight                        int
	timeouts                           serve.Timeouts
	decisionLog, maskKeyFile           string
	sample                             float64
	masks                              []string
	logFormat                          string
	authenticateIsSet, audiencesAreSet bool
}

func newServe(name string, in *inputs) *cobra.Command {
	s := &serving{choice: choice{inputs: in}}
	command := &cobra.Command{
		Use:   "serve [-f FILE|FOLDER|-]...",
		Short: "Answer over HTTP who may do what",
		Long:  serveHelp,
		Example: named(name, `  # Manifests, on this machine
  %[1]s serve -f config/samples/quickstart

  # What a cluster publishes in one namespace, for whoever has a token of it
  %[1]s serve -n quickstart --listen :8443 --tls-cert-file tls.crt --tls-private-key-file tls.key

  # With every decision written down, and who asked made out by a keyed hash alone
  %[1]s serve -f config/samples/quickstart --decision-log - --decision-log-mask subject.id --decision-log-mask-key-file key`),
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			s.authenticateIsSet = command.Flags().Changed("authenticate")
			s.audiencesAreSet = command.Flags().Changed("audience")
			return s.run(command.Context())
		},
	}
	s.addFlags(command.Flags())
	return command
}

func (s *serving) addFlags(flags *pflag.FlagSet) {
	s.choice.addFlags(flags)
	flags.StringVar(&s.directory, "directory", "", "`DIR` with a published index.json, or with folders that have one")
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8420",
		"`ADDRESS` to answer at, as HOST:PORT; without a host, every address of this machine")
	flags.StringVar(&s.metricsListen, "metrics-listen", "", "`ADDRESS` of Prometheus metrics, in plain HTTP at /metrics; none by default")
	flags.StringVar(&s.certificate, "tls-cert-file", "",
		"`FILE` with the certificate, and those that it was issued by; read again when it changes")
	flags.StringVar(&s.privateKey, "tls-private-key-file", "", "`FILE` with the certificate's key; read again when it changes")
	flags.BoolVar(&s.insecure, "insecure", false,
		"allow plain HTTP on other addresses than loopback: whoever is in between can read and forge answers")
	s.addCallerFlags(flags)
	s.addLimitFlags(flags)
	s.addLogFlags(flags)
}

func (s *serving) addCallerFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&s.authenticate, "authenticate", false,
		"let only callers in whose tokens and rights the cluster confirms; true by default for what a cluster publishes")
	flags.StringSliceVar(&s.audiences, "audience", []string{"rolewright"},
		"`AUDIENCE` that tokens must be for; several are separated by commas, and an empty one stands for that of the API server")
	flags.DurationVar(&s.reviewCache, "review-cache", 10*time.Second,
		"how long it is remembered whose a token is and what they may; so long a right that was taken still counts")
}

func (s *serving) addLimitFlags(flags *pflag.FlagSet) {
	flags.DurationVar(&s.maxStaleness, "max-staleness", 5*time.Minute,
		"how long what is published is relied on without a sign that it is current; 0 for ever")
	flags.StringVar(&s.api.BaseURL, "base-url", "", "`URL` at which clients reach the service, for its metadata; what they used by default")
	flags.Int64Var(&s.api.MaxBytes, "max-bytes", authzen.DefaultMaxBytes, "size of the largest request body")
	flags.IntVar(&s.api.MaxDepth, "max-depth", authzen.DefaultMaxDepth, "how deep objects and lists may lie in each other in a request")
	flags.IntVar(&s.api.MaxEvaluations, "max-evaluations", authzen.DefaultMaxEvaluations, "how many evaluations a request may hold")
	flags.IntVar(&s.api.MaxPage, "max-page", authzen.DefaultMaxPage,
		"how many results an answer to a search may hold; the rest are on further pages")
	flags.IntVar(&s.maxInFlight, "max-in-flight", serve.DefaultMaxInFlight, "how many requests are answered at once; more are refused")
	flags.DurationVar(&s.timeouts.Read, "read-timeout", serve.DefaultRead, "how long a request may take to arrive")
	flags.DurationVar(&s.timeouts.Write, "write-timeout", serve.DefaultWrite, "how long request and answer may take together")
	flags.DurationVar(&s.timeouts.Idle, "idle-timeout", serve.DefaultIdle, "how long a connection may stay without a request")
	flags.DurationVar(&s.timeouts.ShutdownDelay, "shutdown-delay", 0,
		"how long to answer on after readiness is taken back, until nobody sends requests here")
	flags.DurationVar(&s.timeouts.Shutdown, "shutdown-timeout", serve.DefaultShutdown, "how long requests that have begun may then take")
}

func (s *serving) addLogFlags(flags *pflag.FlagSet) {
	flags.StringVar(&s.decisionLog, "decision-log", "", "`FILE` to add a line of JSON to for every decision, or - for standard output")
	flags.Float64Var(&s.sample, "decision-log-sample", 1,
		"`PART` of the requests whose decisions are written, such as 0.1, picked by X-Request-ID")
	flags.StringSliceVar(&s.masks, "decision-log-mask", nil,
		"`FIELD` whose value is not shown in the decision log, such as subject.id or resource.properties.ssn; may be given several times")
	flags.StringVar(&s.maskKeyFile, "decision-log-mask-key-file", "",
		"`FILE` with a key of at least 16 bytes: masked values are shown as keyed hashes, by which equal ones can be told")
	flags.StringVar(&s.logFormat, "log-format", "text", "`FORMAT` of what is said on standard error: text or json")
}
