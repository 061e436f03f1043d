// SPDX-License-Identifier: Apache-2.0

// Package serve hosts the decision service.
//
// What goes in are listeners, the organizations in a registry, and who is let in, measures and writes down; what comes out is
// a server that answers until it is told to end, and then ends in order. It binds together the packages below it and
// package authzen, which know nothing of each other. It must not decide anything, and talks to no cluster.
package serve
