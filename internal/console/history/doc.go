// SPDX-License-Identifier: Apache-2.0

// Package history tells what has happened to an organization, as far as its objects say.
//
// In: an organization of a state, whose objects say when they were created and by which client they were written last, and the decisions
// on its requests. Out: Events, the newest first. A cluster keeps no more than that: an object that is gone has no events, and of several
// writes by one client only the last is known. The audit log of the manager, and that of the API server, keep all. The package must not
// decide anything.
package history
