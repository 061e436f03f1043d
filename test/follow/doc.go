// SPDX-License-Identifier: Apache-2.0

// Package follow follows pages as a reader does: it splits the commands that they show into words, writes the files that they tell a
// reader to write, and has the commands run, one after the other.
//
// The text of a page goes in, and what runs a command; the page comes out with what the commands print. test/docs follows
// docs/tutorial.md as far as it needs no cluster, and test/approvals follows the rest on a real API server.
package follow
