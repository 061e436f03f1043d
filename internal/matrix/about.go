// SPDX-License-Identifier: Apache-2.0

package matrix

import "time"

// About is what a page says beside its table: when it is right, who holds the roles, and what is wrong with them.
type About struct {
	// Time is when the state was read that the table shows.
	Time time.Time
	// Revision of the document that is published, 0 if none is, and PublishTime when that was.
	Revision    int64
	PublishTime time.Time
	// Holders counts the users who hold each role by itself, by its key.
	Holders map[string]int
	// Findings about what the table shows, the most severe first, and Omitted how many more there are.
	Findings []Finding
	Omitted  int
}

// Finding is one thing that is wrong.
type Finding struct {
	Severity, Subject, Message string
	// Href leads to it; empty if nothing does.
	Href string
}
