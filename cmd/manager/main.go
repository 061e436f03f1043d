// SPDX-License-Identifier: Apache-2.0

// Command manager runs the controllers of Rolewright: it makes a manager from flags, and controllers.Setup adds the controllers.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/buildinfo"
)

func main() {
	o := &options{}
	o.addFlags(flag.CommandLine)
	flag.Parse()
	if o.version {
		_, _ = fmt.Fprintln(os.Stdout, "rolewright", buildinfo.Read())
		return
	}
	if err := o.setUpLogging(os.Stderr); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := run(ctrl.SetupSignalHandler(), o); err != nil {
		ctrl.Log.Error(err, "The manager ended")
		os.Exit(1)
	}
}

func run(ctx context.Context, o *options) error {
	ctrl.Log.Info("Starting", "version", buildinfo.Read().Version, "flags", values(flag.CommandLine))
	limitMemory(ctx, memlimit.FromCgroup, ctrl.Log)
	config, err := o.clusterConfig()
	if err != nil {
		return err
	}
	managerOptions, err := o.managerOptions()
	if err != nil {
		return err
	}
	lease := &controllers.Lease{Duration: o.leaseDuration, Clock: time.Now}
	installation, err := o.elect(config, lease, &managerOptions)
	if err != nil {
		return err
	}
	manager, err := ctrl.NewManager(lease.Guarded(config), managerOptions)
	if err != nil {
		return err
	}
	controllerOptions, err := o.controllerOptions()
	if err != nil {
		return err
	}
	controllerOptions.Installation = installation
	flush, err := exportMetrics(ctx)
	if err != nil {
		return err
	}
	// After the Lease is released: a collector that does not answer delays no other replica.
	defer flush()
	if err := controllers.Setup(ctx, manager, controllerOptions); err != nil {
		return err
	}
	return manager.Start(ctx)
}

// elect has the manager compete for the lease of all installations, and returns the one that it is a replica of; nil if it does not
// compete.
func (o *options) elect(config *rest.Config, lease *controllers.Lease, manager *ctrl.Options) (*controllers.Installation, error) {
	if !o.leaderElection {
		return nil, nil
	}
	installation, err := controllers.NewInstallation(config, o.leaderElectionNamespace, leaderElectionID)
	if err != nil {
		return nil, err
	}
	installation.Every, installation.Clock, installation.Log = o.leaseDuration, time.Now, ctrl.Log
	manager.LeaderElectionResourceLockInterface, err = installation.Lock(lease.Observed(config), o.renewDeadline)
	return installation, err
}
