// SPDX-License-Identifier: Apache-2.0

// Package report writes differences for people and for programs, and who may make a change for programs.
//
// What goes in are change.Differences; what comes out is text for a terminal, Markdown for a review, and JSON, whose schema is
// docs/schema/difference.schema.json; or a Sheet, for a page that lays it out. Verdicts come out as JSON, whose schema is
// docs/schema/authorization.schema.json. Who gains what comes first, then who loses, then what else differs. Names that people chose are
// written so that they control neither a terminal nor a page. The package must not compare anything.
package report
