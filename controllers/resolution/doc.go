// SPDX-License-Identifier: Apache-2.0

// Package resolution keeps the snapshot of every organization current, in every replica.
//
// What goes in are the events of all kinds that an organization is resolved from; what comes out are snapshots in the store. It
// runs whether or not the replica leads, so that a new leader knows everything already. It must not write to the cluster, and
// looks at nothing of what is published but its form: see publish.Standing.
//
// # When it resolves
//
// A change of what organizations share, for example a PlatformRole, affects many of them; each is resolved once for it.
//
// Every kind has a watch of its own, and watches do not keep step: if a user first takes a grant away and then widens a role,
// the role's event may come first, and for a moment the cache holds a state that never existed. So nothing is resolved
// before an organization has been quiet for the coalescing period: the earlier events of its other objects arrive within it. For
// the same reason a burst, for example the apply of a folder, becomes one resolution. A burst that does not end is resolved every
// ten periods.
//
// A watch that breaks is begun again after a time that is not that of the others: when a connection breaks, one kind may be behind
// another for seconds. So nothing is resolved while any of the kinds is not watched, or has not caught up yet. As long as that
// lasts, what is published stays; the replica ceases to be ready after two minutes with a change that waits.
//
// Nothing is resolved before every kind has synced: a controller's workers start after all of its sources have. What a cache
// starts with is no older than what a former leader published, because client-go streams it as a consistent read (its feature
// WatchListClient; an API server that does not stream lists may answer with an older state).
package resolution
