// SPDX-License-Identifier: Apache-2.0

// Package english writes numbers, names and times in texts for people.
//
// In: a number and a noun, names, a name that a user chose, or a time. Out: a text that is in one line and controls no terminal. The
// package must not depend on what is counted or named.
package english
