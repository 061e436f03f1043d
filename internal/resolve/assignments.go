// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"iter"
	"maps"

	"github.com/rolewright/rolewright/internal/model"
)

// Assignments are those of one organization. There may be hundred thousands, so they are read only when they have to be.
type Assignments interface {
	// Len returns the number of all assignments.
	Len() int
	// Of yields the users with assignments who may differ, each with all of their assignments.
	Of(difference model.Difference) iter.Seq2[string, []*model.Assignment]
}

// listed are assignments that have been read.
type listed []model.Assignment

// Len implements Assignments.
func (l listed) Len() int { return len(l) }

// Of implements Assignments.
func (l listed) Of(difference model.Difference) iter.Seq2[string, []*model.Assignment] {
	byUser := map[string][]*model.Assignment{}
	for i := range l {
		if user := l[i].User; difference.Includes(user) {
			byUser[user] = append(byUser[user], &l[i])
		}
	}
	return maps.All(byUser)
}
