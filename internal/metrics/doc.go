// SPDX-License-Identifier: Apache-2.0

// Package metrics exposes to Prometheus what the manager knows of every organization.
//
// What goes in are the store of snapshots, the debouncer and the tracker of publications, which are read at every scrape, and
// how long each resolution took; what comes out are metrics. So the series of an organization disappear with it. The package
// must not keep counts of its own that could drift from what it reads.
package metrics
