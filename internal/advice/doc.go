// SPDX-License-Identifier: Apache-2.0

// Package advice does what advice names, to see where it leads.
//
// What goes in are the world that an organization was resolved from, a request and a piece of advice; what comes out are the
// world, the request and the moment once the advice is followed, and whether the answer is yes then. Constraints withhold
// grants where an organization is resolved, so that a document alone cannot tell. The package must not decide: it resolves
// again, and asks an index.
package advice
