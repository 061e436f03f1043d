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
	manager, rolewright string
	sample              string
	// kubeconfig is that of an existing cluster to use instead of one that is started.
	kubeconfig string
	// stateDir is the folder for everything that belongs to the run.
	stateDir string
	timeout  time.Duration
	once     bool
}

func main() {
	var o options
	// controller-runtime has a flag of its own named kubeconfig.
	flags := flag.NewFlagSet("localcluster", flag.ExitOnError)
	flags.StringVar(&o.manager, "manager", "bin/manager", "the manager's program")
	flags.StringVar(&o.rolewright, "rolewright", "bin/rolewright", "the command's program, which serves the console")
	flags.StringVar(&o.sample, "sample", "config/samples/quickstart", "the folder with the sample to apply")
	flags.StringVar(&o.kubeconfig, "kubeconfig", "", "install into the existing cluster of this file, instead of starting one")
	flags.StringVar(&o.stateDir, "state-dir", "bin/run", "the folder for the state, which is emptied")
	flags.DurationVar(&o.timeout, "timeout", 3*time.Minute, "how long the sample may take to be published")
	flags.BoolVar(&o.once, "once", false, "stop when the sample is published, instead of continuing to run")
	_ = flags.Parse(os.Args[1:]) // it exits on an error
	// controller-runtime would complain that no logger was set.
	log.SetLogger(logr.Discard())

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "make run:", err)
		os.Exit(1)
	}
}

// run returns nil if it was interrupted, and an error if it failed. In both
// cases it has stopped everything that it started.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	stateDir, err := acquireStateDir(o.stateDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stateDir.release()) }()

	session := &session{options: o, stateDir: stateDir, out: out}
	defer func() { err = errors.Join(err, session.stop()) }()

	if err := session.start(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // interrupted during the start
		}
		return err
	}
	session.printNextSteps(ctx)
	return session.waitForInterrupt(ctx)
}
