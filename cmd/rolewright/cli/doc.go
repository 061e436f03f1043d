// SPDX-License-Identifier: Apache-2.0

// Package cli is the command rolewright: its subcommands, flags, messages and exit codes.
//
// What goes in is arguments and streams; what comes out is text and an exit code. It reads manifests or a cluster and shows what
// resolve and the index say. It must not decide anything itself, and never writes to the cluster.
package cli
