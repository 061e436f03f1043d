// SPDX-License-Identifier: Apache-2.0

// Package house holds the maps of the repository to what is there: the folders
// and tests that CONTRIBUTING.md lists, the kinds in PROJECT, and what each
// doc.go says that its package must not do.
//
// In: the files of the repository. Out: nothing but test failures. The package
// must not change a file.
package house
