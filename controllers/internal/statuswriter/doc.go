// SPDX-License-Identifier: Apache-2.0

// Package statuswriter is the one place that writes statuses.
//
// An object as the cache holds it and the status that it should have go in; a server-side apply of the status comes out,
// if the status differs, and an event for each condition that changed. The package must not decide what a status says.
//
// An apply names the UID and the resourceVersion of the object for which the status was computed. It therefore fails with
// a conflict if the object has changed since, or if a paused replica has lost the lead without noticing. The caller then
// tries again with what the cache holds by that time.
package statuswriter
