// SPDX-License-Identifier: Apache-2.0

// Package view makes of a state what each page of the console shows, a file for each page.
//
// What goes in are organizations of a state and the parameters of an address; what comes out are plain values for the templates, with
// everything in the order in which it is read, and long lists cut into pages. The package must not know HTML or HTTP, and decides
// nothing: it asks the index, the resolution and the matrix.
package view
