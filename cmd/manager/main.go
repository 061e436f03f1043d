// SPDX-License-Identifier: Apache-2.0

// Command manager runs the controllers of Rolewright: flags become a manager, and controllers.Setup fills it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/rolewright/rolewright/controllers"
)

func main() {
	settings := &settings{}
	settings.register(flag.CommandLine)
	flag.Parse()
	if err := settings.setUpLogging(os.Stderr); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := run(ctrl.SetupSignalHandler(), settings); err != nil {
		ctrl.Log.Error(err, "The manager ended")
		os.Exit(1)
	}
}

func run(ctx context.Context, settings *settings) error {
	ctrl.Log.Info("Starting", "version", version(), "settings", values(flag.CommandLine))
	config, err := settings.clusterConfig()
	if err != nil {
		return err
	}
	options, err := settings.managerOptions()
	if err != nil {
		return err
	}
	manager, err := ctrl.NewManager(config, options)
	if err != nil {
		return err
	}
	if err := controllers.Setup(ctx, manager, settings.controllerOptions()); err != nil {
		return err
	}
	return manager.Start(ctx)
}
