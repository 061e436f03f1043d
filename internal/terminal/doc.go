// SPDX-License-Identifier: Apache-2.0

// Package terminal knows what the terminal of a command can show: how wide it is, and whether it has colours.
//
// A stream, the choice of the user and the environment go in; a width and a Style come out. Where no terminal is, nothing is coloured
// unless the user asks for it, and nothing is bounded. The package must not depend on what is written.
package terminal
