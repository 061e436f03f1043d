// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// meaning compares an index with the rules that its document follows.
type meaning struct {
	*rapid.T
	doc   *document.Document
	index *engine.Index
	yes   int
}

// TestMeaning: whatever a document says, Check, Explain and the searches answer as its rules do, followed one by one.
func TestMeaning(t *testing.T) {
	asked, yes := 0, 0
	property.Check(t, func(rt *rapid.T) {
		m := &meaning{T: rt, doc: enginetest.DrawDocument(rt)}
		m.index = index(t, m.doc, clock)
		for _, request := range rapid.SliceOfN(rapid.Custom(enginetest.DrawRequest), 40, 40).Draw(rt, "requests") {
			m.check(request)
			m.searches(request)
			m.places(request)
			m.unmet(request)
		}
		asked, yes = asked+40, yes+m.yes
	}, func() string {
		if yes < asked/30 {
			return fmt.Sprintf("of %d answers, %d are yes", asked, yes)
		}
		return ""
	})
}

func (m *meaning) answer(request access.Request) bool {
	return (&enginetest.Question{Document: m.doc, Request: &request, Now: clock}).Answer()
}

func (m *meaning) check(request *access.Request) {
	want := m.answer(*request)
	if want {
		m.yes++
	}
	if got := m.index.Check(request); got != want {
		m.fail(request, "Check", got, want)
	}
	if got := m.index.Explain(request); got.Decision != want {
		m.fail(request, "Explain", got, want)
	}
}

// searches asks who may do what the request asks for, and so on, from somewhere on.
func (m *meaning) searches(request *access.Request) {
	type search struct {
		name  string
		found []string
		// pool are the names among which is searched; set names one in a request.
		pool []string
		set  func(r *access.Request, name string)
	}
	after := rapid.SampledFrom([]string{"", "ann", "p1", "u1", "u2"}).Draw(m.T, "after")
	known := slices.DeleteFunc(slices.Sorted(maps.Keys(m.doc.Units)), func(name string) bool {
		return m.doc.Units[name].Kind == "" || m.doc.Units[name].Kind != request.Resource.Type
	})
	if m.index.IsSubjectType(request.Resource.Type) && len(known) == 0 {
		known = slices.Sorted(maps.Keys(m.doc.Users)) // each is asked about, and is not there if the type is not a word for users
	}
	for _, s := range []search{
		{"WhoCan", slices.Collect(m.index.WhoCan(request, after)), slices.Sorted(maps.Keys(m.doc.Users)),
			func(r *access.Request, name string) { r.Subject.ID = name }},
		{"WhatCan", slices.Collect(m.index.WhatCan(request, after)), slices.Sorted(maps.Keys(m.doc.Permissions)),
			func(r *access.Request, name string) { r.Action.Name = name }},
		{"ResourcesCan", slices.Collect(m.index.ResourcesCan(request, after)), known,
			func(r *access.Request, name string) { r.Resource.ID = name }},
	} {
		var want []string
		for _, name := range s.pool {
			named := *request
			s.set(&named, name)
			if name > after && m.answer(named) {
				want = append(want, name)
			}
		}
		if !slices.Equal(s.found, want) {
			m.fail(request, s.name+" after "+after, s.found, want)
		}
	}
}

// unmet asks who holds it on conditions, and explains each.
func (m *meaning) unmet(request *access.Request) {
	var want access.Unmet
	for id := range m.doc.Users {
		named := *request
		named.Subject.ID = id
		explanation := m.index.Explain(&named)
		switch held, evaluated := heldOnConditions(&explanation); {
		case held && !evaluated:
			want.NotEvaluated++
		case held:
			want.NotMet++
		}
	}
	if got := m.index.CountUnmet(request); got != want {
		m.fail(request, "CountUnmet", got, want)
	}
}

// heldOnConditions reports whether an explanation says that the user holds the permission on conditions that are not met, and
// whether what decides could be evaluated.
func heldOnConditions(e *access.Explanation) (held, evaluated bool) {
	if strings.Contains(e.Message, "is not in the document") || strings.Contains(e.Message, "does not compile") {
		return false, false
	}
	best := 0 // 1: not met, 2: not evaluated, 3: held
	for _, o := range e.Overrides {
		switch {
		case o.Covers && o.Deny:
			return false, false
		case o.Covers:
			best = 3
		}
	}
	for _, g := range e.Grants {
		for _, a := range g.Alternatives {
			undeclared := func(q access.ConditionResult) bool { return strings.Contains(q.Error, "does not declare") }
			if !g.Covers || len(a.MissingFeatures)+len(a.MissingEntitlements) > 0 || slices.ContainsFunc(a.Qualifiers, undeclared) {
				continue
			}
			untrue := func(q access.ConditionResult) bool { return !q.True && q.Error == "" }
			switch {
			case a.Met:
				best = 3
			case slices.ContainsFunc(a.Qualifiers, untrue):
				best = max(best, 1)
			default:
				best = max(best, 2)
			}
		}
	}
	if best < 3 || e.Decision || e.Reason != access.ReasonRefused {
		return best == 1 || best == 2, best == 1
	}
	for _, prohibition := range e.Prohibitions {
		if prohibition.Error != "" || prohibition.True {
			return true, prohibition.Error == ""
		}
	}
	return false, false
}

// places asks where the subject may do it, and tries a resource in each unit, or the unit.
func (m *meaning) places(request *access.Request) {
	found := map[string]access.Place{}
	for _, place := range m.index.Where(request) {
		found[place.Unit] = place
	}
	if m.index.IsSubjectType(request.Resource.Type) && !m.index.IsUnitKind(request.Resource.Type) {
		return // TestWhereOfUsers asks about these
	}
	for unit := range m.doc.Units {
		there := *request
		there.Resource.ID = "no unit"
		if kind := m.doc.Units[unit].Kind; kind != "" && kind == request.Resource.Type {
			there.Resource.ID = unit
		}
		there.Resource.Properties = maps.Clone(request.Resource.Properties)
		if there.Resource.Properties == nil {
			there.Resource.Properties = map[string]any{}
		}
		there.Resource.Properties[access.PropertyUnit] = unit
		question := enginetest.Question{Document: m.doc, Request: &there, Now: clock}
		place, got := found[unit]
		got = got && (len(place.Alternatives) == 0 || slices.ContainsFunc(place.Alternatives, question.Qualifies)) &&
			!slices.ContainsFunc(place.Unless, func(prohibition string) bool { return !question.Allows(prohibition) })
		if want := m.answer(there); got != want {
			m.fail(&there, "Where", place, want)
		}
	}
}

func (m *meaning) fail(request *access.Request, what string, got, want any) {
	text := func(value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			m.Fatal(err)
		}
		return string(data)
	}
	m.Fatalf("%s: got %v, want %v, to\n%s\nin\n%s\n%s", what, got, want, text(request), text(m.doc), m.index.Explain(request))
}
