// SPDX-License-Identifier: Apache-2.0

// Package buildinfo says which build of Rolewright a program is: the version that a release was given, or what Go recorded. Nothing
// goes in but the program itself.
package buildinfo
