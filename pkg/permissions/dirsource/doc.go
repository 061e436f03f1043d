// SPDX-License-Identifier: Apache-2.0

// Package dirsource feeds a permissions.Source from a directory: a mounted ConfigMap, or plain files.
//
// What goes in is a directory with an index and its parts; what comes out are offers to the source. The package must not
// write to the directory, nor talk to a cluster, and decides nothing about what it reads: whether a publication is taken
// is the source's to say.
package dirsource
