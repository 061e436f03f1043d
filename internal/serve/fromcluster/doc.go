// SPDX-License-Identifier: Apache-2.0

// Package fromcluster is what the decision service needs of an API server.
//
// What goes in is a client; what comes out are the organizations that the cluster publishes, kept current in a registry
// (Follower), answers about tokens and access (TokenReviewer, AccessReviewer), and the requests that callers make and read in their own
// names (Requests). The package must not write anything but reviews as itself, nor change what it has written, and decides nothing about
// permissions. Of the packages of the service it is the only one that imports client-go.
package fromcluster
