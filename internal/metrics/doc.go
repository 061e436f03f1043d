// SPDX-License-Identifier: Apache-2.0

// Package metrics shows to Prometheus what the store of snapshots holds.
//
// What goes in is the store, read anew at every scrape, and how long each resolution took; what comes out are metrics.
// A series of an organization that is gone is therefore gone too. The package must not keep counts of its own that
// could drift from the store.
package metrics
