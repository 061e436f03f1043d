// SPDX-License-Identifier: Apache-2.0

// Package filewatch notices changes of files, for the sources of the decision service that read files.
//
// What goes in are paths of files and folders; what comes out are signals that something below them may have changed
// (Watch), and fingerprints of their state (FingerprintOf). The package must not read the contents of files, and knows nothing
// of what is in them.
package filewatch
