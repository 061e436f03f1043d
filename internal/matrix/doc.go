// SPDX-License-Identifier: Apache-2.0

// Package matrix shows which role holds which permission, on which condition.
//
// What goes in is a resolved permissions.Document, and the catalog for the order in which people read permissions; what comes out
// is a Matrix and its renderings: a table for a terminal, CSV, Markdown and JSON. Conditions are shown whether or not the
// organization meets them. The package must not decide anything: it shows what the document says.
package matrix
