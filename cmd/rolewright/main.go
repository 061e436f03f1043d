// SPDX-License-Identifier: Apache-2.0

// Command rolewright checks manifests, shows who may do what, and says why. Installed as kubectl-rolewright it is a plugin of
// kubectl.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	code := cli.Run(ctx, os.Args, streams)
	stop()
	os.Exit(code)
}
