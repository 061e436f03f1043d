// SPDX-License-Identifier: Apache-2.0

// Package callers decides who may ask the decision service about an organization.
//
// What goes in is a request's bearer token and the organization that it asks about; what comes out is the caller, or the
// refusal to answer with. A Reviewer says whose a token is and what its owner may; its answers are kept for a short time, in
// bounded memory, and its errors never. The package must not talk to a cluster itself, and knows nothing of permissions.
package callers
