// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const searchHelp = `
A value of --property and similar flags is JSON, or else text: --property amount=17 is a number, --property code='"17"' text.
A request that is read with --request need not contain what is searched for; if it does, it is ignored.

Exit codes:
  0  something was found
  1  nothing was found
  2  no answer: something could not be read, or the arguments are wrong`

// searchResponse is what a search prints as JSON: AuthZEN's response, with the reason in the context of each result.
type searchResponse struct {
	Results []searchResult `json:"results"`
	// Context is set if there are more results than the limit allows, or others who hold it on conditions.
	Context *searchContext `json:"context,omitempty"`
}

type searchContext struct {
	More bool `json:"more"`
	// Unmet counts the users who hold it on conditions that are not met, or cannot be evaluated.
	Unmet *access.Unmet `json:"unmet,omitempty"`
}

// searchResult is a user, with type and id, or a permission, with name and section.
type searchResult struct {
	Type    string        `json:"type,omitempty"`
	ID      string        `json:"id,omitempty"`
	Name    string        `json:"name,omitempty"`
	Section string        `json:"section,omitempty"`
	Context resultContext `json:"context"`
}

type resultContext struct {
	Reason  access.Reason `json:"reason"`
	Message string        `json:"message"`
}

func newResultContext(e *access.Explanation) resultContext {
	return resultContext{e.Reason, e.Message}
}

// basis is the override or grant that gives a permission.
type basis struct {
	// role is none for an override.
	role, scope, condition, source string
}

// findEnd returns when a permission ends that a user has by grants alone, each of which ends; empty if it does not end.
func findEnd(e *access.Explanation) string {
	var last time.Time
	for _, o := range e.Overrides {
		if !o.Deny && o.Covers {
			return ""
		}
	}
	for _, g := range e.Grants {
		if !g.Covers || !slices.ContainsFunc(g.Alternatives, func(a access.AlternativeResult) bool { return a.Met }) {
			continue
		}
		if g.EndTime == nil {
			return ""
		}
		if g.EndTime.After(last) {
			last = *g.EndTime
		}
	}
	if last.IsZero() {
		return ""
	}
	return english.Time(last)
}

// findBasis returns the override or grant that the message of a yes names: the first one that gives the permission.
func findBasis(e *access.Explanation) basis {
	for _, o := range e.Overrides {
		if !o.Deny && o.Covers {
			return basis{role: none, scope: o.Scope, condition: none, source: o.Source}
		}
	}
	for _, g := range e.Grants {
		for _, a := range g.Alternatives {
			if !g.Covers || !a.Met {
				continue
			}
			condition := a.When
			if condition == document.Always {
				condition = none
			}
			return basis{role: g.Role, scope: g.Scope, condition: condition, source: g.Source}
		}
	}
	return basis{}
}
