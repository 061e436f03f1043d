// SPDX-License-Identifier: Apache-2.0

// Package search answers which users, permissions or units a request could name.
//
// What goes in are the tables of an index and a request with one thing left open; what come out are the names for which the
// answer is yes, in order. Where leaves open what it cannot know of a resource. The package must not answer otherwise than
// package decide would for each name.
package search
