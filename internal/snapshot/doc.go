// SPDX-License-Identifier: Apache-2.0

// Package snapshot keeps, in every replica of the manager, what each organization resolves to right now.
//
// What goes in are an organization's objects, and word of events and of what is published; what comes out is the latest
// Snapshot of each organization, the moment at which it should be resolved, and the age of what is not published yet.
// The package must not read from a cluster or write to one, and never changes an object that it was given.
package snapshot
