// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromfiles"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/internal/manifests"
)

const consoleHelp = `Serve pages that show organizations, roles, users, units, decisions and findings.

The pages show the cluster of the kubeconfig, live, with your rights: one namespace, or with -A all of them. What you may not read they do
not show, and say so. With -f they show manifests, and follow them: edit a file, and see what it does. They are for the browsers of
this machine, whose users all see what you may see.

With --oidc-issuer-url it is for everyone, on any address: people log in, and see and do what the cluster lets them. It needs a
kubeconfig or a service account that may impersonate them, and nothing else.

Exit codes:
  0  it was stopped by a signal
  2  it could not start`

// consoleOptions are the flags of console.
type consoleOptions struct {
	streams genericiooptions.IOStreams
	input   *inputFlags
	listen  string
	login   consoleLogin
}

func newConsole(f *factory) *cobra.Command {
	o := &consoleOptions{streams: f.streams, input: f.input}
	command := &cobra.Command{
		Use:   "console",
		Short: "Serve pages for people who would rather look",
		Long:  consoleHelp,
		Example: f.examples(`  # Look at all organizations of the cluster that you may read
  %[1]s console -A

  # Look at manifests while you edit them
  %[1]s console -f config/samples

  # Let people log in
  %[1]s console --listen :8443 --tls-cert-file tls.crt --tls-private-key-file tls.key --cookie-key-file keys \
    --oidc-issuer-url https://id.example.com --oidc-client-id rolewright \
    --oidc-redirect-url https://console.example.com/-/login/callback`),
		Args: noArguments,
		RunE: run(o),
	}
	command.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8421",
		"`ADDRESS` to listen on, as HOST:PORT; one of this machine, unless people log in")
	command.Flags().AddFlagSet(o.login.newFlags())
	return command
}

// Complete implements options.
func (o *consoleOptions) Complete(*cobra.Command, []string) error {
	o.login.complete()
	return nil
}

// Validate implements options.
func (o *consoleOptions) Validate() error {
	if slices.Contains(o.input.filenames, manifests.Stdin) {
		return usagef("-f -: the console follows files, and standard input can be read only once")
	}
	if o.login.first != "" {
		return o.login.validate(o.input, o.listen)
	}
	host, err := hostOf(o.listen)
	if err != nil {
		return err
	}
	if !isLoopback(host) {
		return usagef("--listen %s: write an address of this machine, such as 127.0.0.1:8421: anyone who reaches the pages reads everything",
			o.listen)
	}
	return nil
}

// hostOf returns the host of an address to listen on.
func hostOf(listen string) (string, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return "", usagef("--listen %s: write HOST:PORT, such as 127.0.0.1:8421", listen)
	}
	return host, nil
}

// consoleSource is what pages are made of, and what keeps it current.
type consoleSource struct {
	console.Options
	follow func(context.Context)
	// tls is nil for plain HTTP.
	tls *tls.Config
}

// Run implements options. It serves until the context ends.
func (o *consoleOptions) Run(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := logging.Text(o.streams.ErrOut)
	read := o.fromCluster
	switch {
	case o.login.enabled():
		read = o.fromLogins
	case o.input.fromManifests():
		read = o.fromManifests
	}
	source, err := read(ctx, log)
	if err != nil {
		return err
	}
	handler, err := console.New(source.Options)
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	address := "http://" + listener.Addr().String()
	if source.Host != "" {
		address = "https://" + source.Host
	}
	if source.tls != nil {
		listener = tls.NewListener(listener, source.tls)
	}
	_, _ = fmt.Fprintf(o.streams.Out, "The console is at %s\n", address)
	go source.follow(ctx)
	return serveUntilDone(ctx, listener, handler)
}

// fromManifests shows the manifests of -f.
func (o *consoleOptions) fromManifests(ctx context.Context, log logr.Logger) (*consoleSource, error) {
	reader, err := o.input.manifestReader()
	if err != nil {
		return nil, err
	}
	follower, err := fromfiles.New(ctx, o.input.filenames, reader, log)
	if err != nil {
		return nil, err
	}
	footer := texts.OfManifests(o.input.filenames)
	return &consoleSource{Options: console.Options{Source: follower, Log: log, Footer: footer}, follow: follower.Run}, nil
}

// consoleTimeout bounds how long a request or its answer may take.
const consoleTimeout = 30 * time.Second

// serveUntilDone serves until the context ends, and lets the last requests end.
func serveUntilDone(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadTimeout: consoleTimeout, WriteTimeout: consoleTimeout, MaxHeaderBytes: 1 << 16}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), consoleTimeout)
	defer cancel()
	if err := server.Shutdown(closing); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stopping the console: %w", err)
	}
	return nil
}
