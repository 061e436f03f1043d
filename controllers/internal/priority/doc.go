// SPDX-License-Identifier: Apache-2.0

// Package priority decides which organization comes first in the queue of a controller.
//
// In go a queue, an organization, and whether something of its own has changed or only what many organizations share: a catalog, for
// example. A change of one organization does not wait for the thousands that one change of a catalog has resolved. What is only left to
// report of those in statuses comes last.
// The package must not know what changed, and has no state.
package priority
