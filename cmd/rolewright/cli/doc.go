// SPDX-License-Identifier: Apache-2.0

// Package cli implements the command rolewright: its subcommands, flags, messages and exit codes.
//
// In: arguments and streams. Out: text and an exit code. It reads manifests or a cluster, and shows what resolving them and
// their index say. It must not decide anything itself. It writes to a cluster only in request, approve, deny, withdraw and
// revoke.
//
// Each subcommand is a struct of options in the shape that kubectl has given them: Complete, Validate and Run. What several
// subcommands share are structs of flags, each in a file of its own.
package cli
