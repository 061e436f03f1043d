// SPDX-License-Identifier: Apache-2.0

// Package resolution keeps the snapshot of every organization current, in every replica, and in the leader that of the platform document
// of every catalog.
//
// What goes in are the events of all kinds that an organization is resolved from; what comes out are snapshots in the store. It
// runs whether or not the replica leads, so that a new leader knows everything already. It must not write to the cluster, and
// looks at nothing of what is published but its form: see publish.Standing.
//
// Platform documents have a store of their own, so that nothing takes them for organizations: no metric counts them, no status lists
// them, and no admission is decided by them.
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
// Where watches are further apart than that, two things help. The period grows with the distance that was observed, up to two seconds:
// see watches.Tracker.Gather. And before a resolution takes something away because a name is unknown, the API server is asked whether it
// knows the name: if it does, the cache is behind, and the resolution is put off until the cache has it, for five seconds at most. So a
// user who is given a role that was just created, and then loses another, never holds neither.
//
// What remains is a role that is widened or narrowed, or a group that is joined or left, of which the event comes later than the
// period. A barrier would not help: a consistent list says at which version the API server is, not whether a watch has brought what is
// before that version. A watch without changes says so once a minute, by a bookmark, and ten lists before each resolution would cost more
// than the resolution. Comparing all objects with the API server's would be a guarantee, and the cache no longer one.
//
// A watch that breaks is begun again after a time that is not that of the others: when a connection breaks, one kind may be behind
// another for seconds. So nothing is resolved while any of the kinds is not watched, or has not caught up yet. As long as that
// lasts, what is published stays; the replica ceases to be ready after two minutes with a change that waits.
//
// Nothing is resolved before every kind has synced: a controller's workers start after all of its sources have. What a cache
// starts with is no older than what a former leader published, because every list is a consistent read: see internal/pagedlist.
package resolution
