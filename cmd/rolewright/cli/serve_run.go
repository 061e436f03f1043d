// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/internal/serve"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/internal/telemetry"
)

// follower keeps the served organizations up to date.
type follower interface {
	Run(ctx context.Context)
}

// Run implements options. It serves until the context ends.
func (o *serveOptions) Run(ctx context.Context) error {
	log := o.logger()
	klog.SetLogger(log)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	options := serve.Options{
		Registry: tenants.NewRegistry(), API: o.api, Log: log, MaxInFlight: o.maxInFlight, Timeouts: o.timeouts, Origins: o.origins,
	}
	options.Metrics = metrics.New(options.Registry)
	var err error
	if options.Telemetry, err = o.telemetry.start(ctx, options.Metrics, log); err != nil {
		return err
	}
	if options.TLS, err = tlsConfig(ctx, o.certificate, o.privateKey, log); err != nil {
		return err
	}
	if err := acceptClients(options.TLS, o.clientAuthorities); err != nil {
		return err
	}
	if options.Authenticator, options.Authorizer, err = o.auth(log); err != nil {
		return err
	}
	if options.AccessRequests, err = o.accessRequestOptions(ctx, log); err != nil {
		return err
	}
	source, err := o.follower(ctx, &options)
	if err != nil {
		return err
	}
	if options.External, err = o.external.open(ctx, log); err != nil {
		return err
	}
	listeners, err := o.listeners(ctx)
	if err != nil {
		return err
	}
	if options.Decisions, err = o.openDecisionLog(ctx, log); err != nil {
		return errors.Join(err, listeners.Close())
	}
	if options.Decisions != nil {
		options.Metrics.LogWritten(options.Decisions.Written, options.Decisions.Dropped)
	}
	server := serve.New(options)
	// A signal that comes earlier, or a second one, ends the program at once.
	serving, restore := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer restore()
	context.AfterFunc(serving, restore)
	// The organizations stay up to date while the last requests are answered.
	following, stopFollowing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopFollowing()
	o.printStartup(&listeners, &options, source)
	go source.Run(following)
	return server.Run(serving, listeners)
}

// logger returns a logger to standard error.
func (o *serveOptions) logger() logr.Logger {
	if o.logFormat == "json" {
		return logging.JSON(o.streams.ErrOut, zapcore.InfoLevel)
	}
	return logging.Text(o.streams.ErrOut)
}

// listeners opens the listeners that the flags name.
func (o *serveOptions) listeners(ctx context.Context) (serve.Listeners, error) {
	var opened serve.Listeners
	for _, wanted := range []struct {
		flag, address string
		to            *net.Listener
	}{
		{"listen", o.listen, &opened.API}, {"metrics-listen", o.metricsListen, &opened.Metrics},
		{grpcListenFlag, o.external.grpcListen, &opened.ExternalGRPC}, {httpListenFlag, o.external.httpListen, &opened.ExternalHTTP},
	} {
		if wanted.address == "" {
			continue
		}
		listener, err := listen(ctx, wanted.address)
		if err != nil {
			return serve.Listeners{}, errors.Join(fmt.Errorf("--%s: %w", wanted.flag, err), opened.Close())
		}
		*wanted.to = listener
	}
	return opened, nil
}

// listen listens on an address, or on a Unix socket.
func listen(ctx context.Context, address string) (net.Listener, error) {
	if path, is := strings.CutPrefix(address, unixPrefix); is {
		return listenUnix(ctx, path)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", address)
}

// tokenAudiences returns the audiences of the flag. An empty one stands for that of the API server, which is what a review
// without audiences checks.
func (o *serveOptions) tokenAudiences() []string {
	var named []string
	for _, audience := range o.audiences {
		if audience != "" {
			named = append(named, audience)
		}
	}
	return named
}

// client returns a client of what config says.
func (o *serveOptions) client() (kubernetes.Interface, error) {
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

// config returns a configuration without a rate limit: the API server protects itself from too many requests.
func (o *serveOptions) config() (*rest.Config, error) {
	otherwise := ""
	if !o.input.fromManifests() && o.directory == "" {
		otherwise = orManifests
	}
	config, err := o.input.restConfig(otherwise)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.UserAgent = "rolewright-serve"
	// Published documents are JSON in texts, which take less time and space in another format.
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	if o.telemetry.traces {
		config.Wrap(telemetry.Transport)
	}
	return config, nil
}
