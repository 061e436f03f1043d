// SPDX-License-Identifier: Apache-2.0

// Package publications tracks, in every replica of the manager, what is published of each organization: what was observed,
// what this process wrote (Mark), whether readers see the current snapshot, and whether a snapshot may replace what is published.
//
// What goes in are snapshots, the versions that were written, and what was observed of published ConfigMaps; what comes out
// is the revision at which readers see a snapshot, the age of the oldest change that they do not see, and a fence against
// outdated snapshots. The package must not read from a cluster or write to one.
package publications
