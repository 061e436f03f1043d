// SPDX-License-Identifier: Apache-2.0

// Package snapshot holds, in every replica of the manager, what each organization currently resolves to.
//
// What goes in are an organization's objects; what comes out is a Snapshot, which never changes, and the Store of the current
// ones with its subscribers. The package must not read from a cluster or write to one, and never changes an object that it
// was given. It does not know when an organization should be resolved (internal/debounce), nor what of it is published
// (internal/publications).
package snapshot
