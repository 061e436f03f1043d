// SPDX-License-Identifier: Apache-2.0

// Command librarydesk is an example of an application that decides by what Rolewright publishes: the loan desk of the
// quickstart's library.
//
// What goes in is a folder with the organization's published ConfigMap, mounted as deployment.yaml does; what comes out is
// an HTTP service that lends books, and lists loans, to those who may. It takes the user from the header X-Remote-User, as
// a proxy sets it that has authenticated them: it must not be reached but through one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
)

func main() {
	directory := flag.String("permissions", "/etc/permissions", "folder that the published ConfigMap is mounted in")
	address := flag.String("listen", "127.0.0.1:8080", "address to serve on")
	flag.Parse()
	if err := listenAndRun(*directory, *address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// listenAndRun serves until the process is told to end.
func listenAndRun(directory, address string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return run(ctx, directory, listener)
}

// run serves until the context ends.
func run(ctx context.Context, directory string, listener net.Listener) error {
	source := permissions.NewSource(
		permissions.WithOrganization("quickstart", "quickstart"),
		// The folder is looked at every ten seconds: five minutes without are a fault.
		permissions.WithMaxStaleness(5*time.Minute),
	)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fed := make(chan error, 1)
	go func() { fed <- dirsource.New(directory, source).Run(ctx) }()

	server := &http.Server{Handler: newDesk(source), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
		cancel()
	case <-ctx.Done():
		ending, end := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer end()
		err = server.Shutdown(ending)
	}
	return errors.Join(err, <-fed)
}
