// SPDX-License-Identifier: Apache-2.0

// Package statuswriter is the one place that writes statuses.
//
// An object as the cache holds it and the status that it should have go in; a server-side apply of the status comes out,
// if the status differs, and a warning for each condition that is newly not True. Nothing is written to what is being deleted, nor
// where a namespace is. The package must not decide what a status says.
//
// # What others write
//
// Edits notices when another writer changes a status: a change that the cache delivers, and that this process did not write. The
// status is then put right at once, from what it was before; if it is changed again and again, after a time that doubles. Nothing is
// computed from what another writer wrote: of approvals, a status is the evidence. What was written while no manager ran cannot be
// told apart, and counts. An apply does not remove what another writer added, so the status is replaced where that happened; the
// conditions that other programs set stay.
//
// An apply names the UID and the resourceVersion of the object for which the status was computed. It therefore fails with
// a conflict if the object has changed since, or if a paused replica has lost the lead without noticing. The caller then
// tries again with what the cache holds by that time.
package statuswriter
