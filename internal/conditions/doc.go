// SPDX-License-Identifier: Apache-2.0

// Package conditions merges the conditions of a status.
//
// The conditions that an object has and those that it should have go in; the list to write comes out. The package decides
// neither which conditions an object has nor what they say, and it drops the conditions that other programs set: a
// server-side apply leaves those alone.
package conditions
