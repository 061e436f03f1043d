// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"fmt"
	"sync"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// question is answered yes if any of its requests is.
type question struct {
	name     string
	requests []access.Request
}

// right asks whether a user may do something in any of some units.
func right(user, permission string, units ...string) question {
	q := question{name: fmt.Sprintf("%s may %s in %v", user, permission, units)}
	for _, unit := range units {
		q.requests = append(q.requests, access.Request{
			Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
			Resource: access.Resource{Type: "paper", ID: "1", Properties: map[string]any{access.PropertyUnit: unit}},
		})
	}
	return q
}

// ask answers all questions by one index.
func ask(index *engine.Index, questions []question) []bool {
	answers := make([]bool, len(questions))
	for i := range questions {
		for j := range questions[i].requests {
			answers[i] = answers[i] || index.Check(&questions[i].requests[j])
		}
	}
	return answers
}

// history knows what the states of one organization say that a reader may see: the state of the last time at which everything was
// right, and all since.
type history struct {
	questions []question

	mutex sync.Mutex
	// yes and no are set for each question that a state answers so.
	yes, no []bool
	last    []bool
	// states counts those since then, and windows how often that was.
	states, windows int
}

func newHistory(questions []question) *history { return &history{questions: questions} }

// begin adds the answers of a state before it is written: from now on, a reader may see it.
func (h *history) begin(answers []bool) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.yes == nil {
		h.yes, h.no = make([]bool, len(answers)), make([]bool, len(answers))
	}
	for i, answer := range answers {
		h.yes[i], h.no[i] = h.yes[i] || answer, h.no[i] || !answer
	}
	h.last = answers
	h.states++
}

// settle forgets all states but the last: every reader has been seen to be there.
func (h *history) settle() {
	h.mutex.Lock()
	last := h.last
	h.yes, h.no, h.states = nil, nil, 0
	h.windows++
	h.mutex.Unlock()
	if last != nil {
		h.begin(last)
	}
}

// window is what check must be given, from before the reader was asked: an answer may arrive late.
func (h *history) window() int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.windows
}

// check says which right a reader gives that no state gives, or denies that all states give.
func (h *history) check(window int, answers []bool) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.yes == nil || window != h.windows {
		return nil
	}
	for i, answer := range answers {
		switch {
		case answer && !h.yes[i]:
			return fmt.Errorf("gained: %s, which none of %d states says", h.questions[i].name, h.states)
		case !answer && !h.no[i]:
			return fmt.Errorf("lost: %s, which all of %d states say", h.questions[i].name, h.states)
		}
	}
	return nil
}
