// SPDX-License-Identifier: Apache-2.0

// Package matrix shows which role holds which permission, on which condition.
//
// What goes in is a resolved document.Document, the catalog for the order in which people read permissions, and the texts that
// people use; what comes out is a Matrix and its renderings: a table for a terminal, CSV, Markdown, JSON, and a page of HTML.
// Conditions are shown whether or not the organization meets them. The package must not decide anything: it shows what the
// document says.
package matrix
