// SPDX-License-Identifier: Apache-2.0

// Package statuswriter is the one place that writes statuses.
//
// What goes in are an object as the cache holds it and the status that it should have; what comes out is a server-side
// apply of the status, if it differs, and an event for every condition that changed. It must not decide what a status
// says.
//
// An apply names the UID and the resourceVersion of the object that the status was computed for. So it fails with a
// conflict, and the caller tries again with what the cache holds by then, where somebody changed the object in between,
// and where a replica that was paused has lost the lead without noticing.
package statuswriter
