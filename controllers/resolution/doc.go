// SPDX-License-Identifier: Apache-2.0

// Package resolution keeps the snapshot of every organization current, in every replica.
//
// What goes in are the events of all kinds that an organization is resolved from; what comes out are snapshots in the
// store. It runs whether or not the replica leads, so that one that takes over knows everything already. It must not
// write anything to the cluster.
//
// # When it resolves
//
// Every kind has a watch of its own, and watches do not keep step: when somebody first takes a grant away and then
// widens the role, the role's event may come first, and for a moment the cache holds a state that never was. Nothing is
// therefore resolved before an organization has been quiet for the coalescing period: an event's older siblings arrive
// within it. A burst, the apply of a folder for one, becomes one resolution for the same reason. A burst without end
// is resolved every ten periods.
//
// Nothing is resolved before every kind has synced: a controller's workers start after all of its sources have. What a
// cache starts with is no older than what a former leader published, because client-go streams it as a consistent read
// (its feature WatchListClient; API servers that do not stream lists may answer with one that is behind).
package resolution
