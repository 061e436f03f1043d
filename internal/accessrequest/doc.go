// SPDX-License-Identifier: Apache-2.0

// Package accessrequest is the AuthZEN Access Request and Approval Profile over approval chains.
//
// What goes in are evaluations that were denied, and HTTP requests for access; what comes out are what a denial says of how to ask, tasks
// that tell how a request for a role stands, and callbacks when it has ended. A Cluster creates and reads ApprovalRequests as the caller,
// whom the API server holds to what the caller may do; Keys sign what clients carry from one request to the next, so that no replica
// remembers anything. The package must not decide about permissions, nor approve anything: an Index and the manager do. It must not talk
// to a cluster itself, nor act as anyone but the caller.
package accessrequest
