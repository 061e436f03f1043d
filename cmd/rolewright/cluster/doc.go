// SPDX-License-Identifier: Apache-2.0

// Package cluster is the decision service's side towards an API server.
//
// What goes in is a client; what comes out are the organizations that the cluster publishes, kept current in a registry
// (Follower), and answers about who calls and what they may (Reviewer). The package must not write anything but reviews, and
// decides nothing about permissions.
package cluster
