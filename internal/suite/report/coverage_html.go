// SPDX-License-Identifier: Apache-2.0

package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/rolewright/rolewright/internal/suite"
)

//go:embed coverage.html
var pageText string

var page = template.Must(template.New("coverage").Parse(pageText))

type htmlOrganization struct {
	Name, Percent string
	Kinds         []htmlKind
}

type htmlKind struct {
	Name        string
	Seen, Total int
	Items       []htmlItem
}

type htmlItem struct {
	Name, Says, State string
	Seen              bool
}

// seenAs says of what was exercised in what way, by its aspect.
var seenAs = map[string]string{
	suite.AspectGiven: "gave something", suite.AspectTrue: "was true", suite.AspectFalse: "was false",
	suite.AspectViolated: "was violated", suite.AspectAllowed: "allowed something", suite.AspectAsked: "was asked",
	suite.AspectNotNeeded: "was passed over",
}

// CoverageHTML writes coverage as a page that needs no other file.
func CoverageHTML(out io.Writer, c *suite.Coverage) error {
	names := c.Organizations()
	all := make([]htmlOrganization, 0, len(names))
	for _, name := range names {
		items := c.Items(name)
		one := htmlOrganization{Name: name, Percent: fmt.Sprintf("%.1f%%", Percent(items))}
		for _, k := range kinds {
			own := ofKind(items, k.kind)
			if len(own) == 0 {
				continue
			}
			shown := htmlKind{Name: k.many, Seen: seen(own), Total: len(own)}
			for i := range own {
				state := missing[own[i].Aspect]
				if own[i].Seen {
					state = seenAs[own[i].Aspect]
				}
				shown.Items = append(shown.Items, htmlItem{Name: own[i].Name, Says: own[i].Says, State: state, Seen: own[i].Seen})
			}
			one.Kinds = append(one.Kinds, shown)
		}
		all = append(all, one)
	}
	return page.Execute(out, all)
}
