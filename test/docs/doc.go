// SPDX-License-Identifier: Apache-2.0

// Package docs shows that the pages for people say what is so.
//
// What goes in are the Markdown pages of the repository; the tests run the commands that the pages show on manifests and
// compare what they print, compare excerpts with the files that they are from, follow links, and look that no name which
// people may meet is left out: reasons, metrics, flags. What needs a cluster is not run here. Only with -update does the package
// change a page, and only what commands print there.
//
// # How a page is written for it
//
// A block of the language console shows commands after "$ " and below each what it prints. Those that begin with
// rolewright, read manifests with -f and use nothing of a shell are run in the repository's folder, with "$ echo $?"
// right below one for its exit code. A line "<!-- from: FILE -->" right above a block says that it is an excerpt of a
// file: lines in a row, whatever their indentation. "<!-- document of: FOLDER -->" says that it is what a folder of manifests is published
// as. Below a line "<!-- served from: MANIFESTS -->" stand requests with curl, which a decision service of
// these manifests is asked.
package docs
