// SPDX-License-Identifier: Apache-2.0

// Package filewatch notices changes of files, for programs that read them again.
//
// What goes in are paths of files and folders; what comes out are the states of everything below them that have settled (Watch),
// and the state of this moment (Observer). A state is a fingerprint of names and contents. The package must not depend on what
// the files contain.
//
// A state settles when nothing has changed for a while. The files may be half written before that, so their readers must compare
// the state after reading with the one that settled.
package filewatch
