// SPDX-License-Identifier: Apache-2.0

// Package english writes numbers in sentences.
//
// In: a number and a noun. Out: a text. The package must not depend on what is counted.
package english
