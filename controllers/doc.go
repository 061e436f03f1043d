// SPDX-License-Identifier: Apache-2.0

// Package controllers is what the manager runs.
//
// The map, in the order in which a change travels:
//
//	resolution/   every replica: events → the organization's objects → a snapshot in the store;
//	              the leader: catalogs and what the platform gives → a snapshot of each platform document
//	publication/  the leader: snapshot → ConfigMap, then the statuses of organization, roles, assignments, groups and chains;
//	              every replica: observes what is published
//	approval/     the leader: requests, decisions and the clock → the statuses of requests and decisions
//	catalog/      the leader: a catalog and who uses it → the catalog's status
//	platform/     the leader: platform roles and assignments by themselves → their statuses
//	vocabulary/   the leader: catalogs and platform roles → a ConfigMap in each namespace with an organization
//	admission/    every replica: a write that the API server asks about → allowed, refused, or to be tried again
//	certificate/  every replica: the Secret and the caBundle of that webhook
//
// What they share is below internal/, and imports none of them:
//
//	internal/lookup        which objects belong to an organization, from the cache
//	internal/configmap     the ConfigMaps that an organization is published in
//	internal/priority      which organization comes first in a queue
//	internal/retry         the one rule for errors of the API server
//	internal/watches       how current the watches of the cache are
//	internal/statuswriter  the one place that writes statuses and their events
//
// The pure parts, which the manager only calls, are internal/debounce (when an organization is resolved), internal/snapshot (what
// each organization resolves to now), internal/publications (what is published of it), internal/status (what a status should
// say) and internal/metrics.
//
// What goes in is a manager from controller-runtime; Setup adds everything to it, and is the only place that knows all
// controllers. Controllers never import each other: they meet in the store and in the cluster. Reconcile methods load, decide
// and write; deciding is a pure function. An object that is not valid is a finding, shown in its status; an error is something to
// retry.
package controllers
