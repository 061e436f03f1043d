// SPDX-License-Identifier: Apache-2.0

// Command build builds the programs that the Makefile needs, each once, and shows how far it has come in one line: rewritten in place
// on a terminal, and repeated every half a minute elsewhere.
//
//	go run ./hack/build [-hint] PROGRAM...
//
// In: the names of programs, those of programs.go. Out: the programs below bin/, each with a stamp that names what it was built from:
// while that stays, nothing is built again. It uses the standard library alone, so that it shows something within seconds
// on an empty machine, and must not download anything but Go modules.
package main
