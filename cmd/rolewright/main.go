// SPDX-License-Identifier: Apache-2.0

// Command rolewright checks manifests, shows who may do what, and says why. Installed as kubectl-rolewright it is a plugin of
// kubectl.
package main

import (
	"context"
	"os"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

// A signal ends the command at once, whatever it computes; only serve waits for it, to answer the last requests.
func main() {
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	os.Exit(cli.Run(context.Background(), os.Args, streams))
}
