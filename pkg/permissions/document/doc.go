// SPDX-License-Identifier: Apache-2.0

// Package document is the published format: the Document of one organization, and the Publication that says which parts it
// consists of.
//
// What goes in is JSON, or values that a program fills; what comes out are the same values, or the same JSON: equal
// documents encode to equal bytes. A reader refuses another schema, and bytes that are not those that the publication
// names. The package must not decide anything, and imports nothing of ours.
package document
