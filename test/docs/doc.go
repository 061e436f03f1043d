// SPDX-License-Identifier: Apache-2.0

// Package docs tests the pages for people.
//
// The Markdown pages of the repository go in. The tests run the commands in the pages that read manifests and compare their
// output, compare excerpts with their files, follow links, and check that the pages document all reasons, metrics and flags.
// Commands that need a cluster are not run here. The package changes a page only with -update, and then only the output of
// commands.
//
// # How to write a page
//
// A block of the language console has commands after "$ " and below each its output. Commands that begin with rolewright,
// read manifests with -f or --from, or run suites, and use no features of a shell but quotes are run in the root of the
// repository; those of the tutorial are run one after the other in a folder of their own. "$ echo $?" right below one is for its exit code. A line
// "<!-- from: FILE -->" right above a block marks an excerpt of a file: consecutive lines, with any indentation.
// "<!-- document of: FOLDER -->" marks the document that is published for a folder of manifests. Requests with curl below a
// line "<!-- served from: MANIFESTS -->" are sent to a decision service for these manifests.
package docs
