// SPDX-License-Identifier: Apache-2.0

// Package spreadsheet writes texts that other people chose into CSV that a spreadsheet opens.
//
// In: rows of texts. Out: CSV in which no cell is taken for a formula. The package must not depend on what the rows are about.
package spreadsheet
