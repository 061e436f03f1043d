// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// found is what a search prints as JSON: AuthZEN's response, with what leads to each result in the result's context.
type found struct {
	Results []result `json:"results"`
	// Context is there when there are more results than were asked for.
	Context *foundContext `json:"context,omitempty"`
}

type foundContext struct {
	More bool `json:"more"`
}

// result is a user, with type and id, or a permission, with name and section.
type result struct {
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

func contextOf(e *access.Explanation) resultContext { return resultContext{e.Reason, e.Message} }

// origin is what gives a permission.
type origin struct {
	// role is empty for an override.
	role, scope, condition, source string
}

// nothingAsked stands in a table where there is nothing to say.
const nothingAsked = "-"

// originOf finds what decides a yes, as its message has it: the first override or grant that gives the permission.
func originOf(e *access.Explanation) origin {
	for _, o := range e.Overrides {
		if !o.Revoke && o.Covers {
			return origin{role: nothingAsked, scope: o.Scope, condition: nothingAsked, source: o.Source}
		}
	}
	for _, g := range e.Grants {
		for _, a := range g.Alternatives {
			if !g.Covers || !a.Met {
				continue
			}
			condition := a.When
			if condition == document.Always {
				condition = nothingAsked
			}
			return origin{role: g.Role, scope: g.Scope, condition: condition, source: g.Source}
		}
	}
	return origin{}
}

// table writes rows in columns below their titles.
func table(out io.Writer, titles []string, rows [][]string) error {
	const gap = 3
	columns := tabwriter.NewWriter(out, 0, 0, gap, ' ', 0)
	for _, row := range append([][]string{titles}, rows...) {
		if _, err := fmt.Fprintln(columns, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return columns.Flush()
}
