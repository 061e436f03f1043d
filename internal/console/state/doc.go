// SPDX-License-Identifier: Apache-2.0

// Package state is what the console shows: everything that was read at one moment, and what it resolves to.
//
// What goes in is a validation.Input, from manifests or from a cluster; what comes out is a State with its organizations, each with the
// index that answers about it, and with all findings. A State never changes, and may be read by any number of goroutines; what is
// expensive is computed when it is first asked for. The package must not read anything, and decides nothing.
package state
