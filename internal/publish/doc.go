// SPDX-License-Identifier: Apache-2.0

// Package publish turns a Document into the data of the ConfigMap that applications read.
//
// What goes in is a permissions.Document; what comes out is its bytes with their digest and, for a revision, the data of
// the ConfigMap. It is pure: it must not talk to a cluster and does not know what is published already.
package publish
