// SPDX-License-Identifier: Apache-2.0

// Package serve hosts the decision service.
//
// What goes in are listeners, the organizations in a registry, and what authenticates, authorizes, measures and logs; what
// comes out is a server that answers until it is told to stop, and then shuts down gracefully. It puts package authzen and the
// packages below it together. It must not decide anything, and talks to no cluster.
package serve
