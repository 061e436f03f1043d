// SPDX-License-Identifier: Apache-2.0

// Package matrix shows which role holds which permission, on which condition.
//
// In: a resolved document.Document, the catalog for the order of the permissions, and texts for people. Out: a Matrix and its
// renderings: a table for a terminal, CSV, Markdown, JSON, and a page of HTML. Conditions are shown whether or not the
// organization meets them. The package must not decide anything: it shows what the document says.
package matrix
