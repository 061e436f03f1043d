// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// options are the command's flags.
type options struct {
	manager string
	sample  string
	timeout time.Duration
	once    bool
}

func main() {
	var o options
	flag.StringVar(&o.manager, "manager", "bin/manager", "the manager's program")
	flag.StringVar(&o.sample, "sample", "config/samples/quickstart", "the folder with the sample to apply")
	flag.DurationVar(&o.timeout, "timeout", 3*time.Minute, "how long the sample may take to be published")
	flag.BoolVar(&o.once, "once", false, "stop when the sample is published, instead of staying up")
	flag.Parse()
	// controller-runtime complains after a while that nobody wants its log.
	log.SetLogger(logr.Discard())

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

// run returns nil when it was told to stop, and an error when it could not do
// what it is for. Either way it has stopped what it started.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	place, err := takePlace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.release()) }()

	session := &session{options: o, place: place, out: out}
	defer func() { err = errors.Join(err, session.stop()) }()

	if err := session.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop before it was up
		}
		return err
	}
	session.printNextSteps(ctx)
	if o.once {
		return nil
	}
	return session.stayUp(ctx)
}
