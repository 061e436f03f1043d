// SPDX-License-Identifier: Apache-2.0

// Package controllers is what the manager runs.
//
// The map, in the order in which a change travels:
//
//	resolution/   every replica: events → the organization's objects → a snapshot in the store
//	publication/  the leader: snapshot → ConfigMap, then the statuses of organization, roles, assignments and groups
//	approval/     the leader: requests, decisions and the clock → the statuses of requests and decisions
//	catalog/      the leader: a catalog and who uses it → the catalog's status
//	platform/     the leader: platform roles and assignments by themselves → their statuses
//
// What they share lies below internal/, and imports none of them:
//
//	internal/lookup        which objects belong to an organization, out of the cache
//	internal/published     the ConfigMap that an organization is published in
//	internal/statuswriter  the one place that writes statuses and sends events
//
// The pure parts, that the manager only calls, are internal/snapshot (what each organization resolves to now),
// internal/status (what a status should say) and internal/metrics.
//
// What goes in is a manager from controller-runtime; Setup adds everything to it, and is the only place that knows all
// controllers. Controllers never import each other: they meet in the store and in the cluster. Reconcile methods load,
// decide and write; deciding is a pure function. An object that is not valid is something found, shown in its status; an
// error is something to try again.
package controllers
