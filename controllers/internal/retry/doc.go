// SPDX-License-Identifier: Apache-2.0

// Package retry is the one rule by which the controllers answer an error of the API server.
//
// What goes in is an error; what comes out is whether the cache was behind, whether the API server refused, and what a
// Reconcile returns. The package must not call the API server, and decides nothing about objects.
//
//	the cache was behind: conflict, already exists, not found   another try after Delay, silently
//	the manager ends: context canceled                          nothing
//	everything else, refusals too                               an error: another try after a growing delay, logged and counted
//
// Where several writes failed, MostSevere picks the error that decides.
package retry
