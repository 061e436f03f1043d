// SPDX-License-Identifier: Apache-2.0

package view

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/advice"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Question is what a person asks, as they wrote it.
type Question struct {
	User, Permission, Unit string
	// Type and ID are those of the resource.
	Type, ID string
	// Properties, of the resource, Subject and Context hold a NAME=VALUE on each line.
	Properties, Subject, Context string
	// At is the moment, as an input element of the type datetime-local writes it, in UTC; empty for now.
	At string
}

// Ask is the page of one question.
type Ask struct {
	Question
	// Asked is set if there is an answer, and Wrong says what is wrong with the question if there is none.
	Asked       bool
	Wrong       string
	Explanation access.Explanation
	// Untried is set if what would make it a yes was not tried out: that resolves the organization again, with each piece of advice.
	Untried bool
	// Reads are the paths that conditions on the way read, and that the question does not state.
	Reads []string
	// Fillable are those of Reads that a question can state.
	Fillable []string
	// Kinds are what resources may be called that are units.
	Kinds []string
	// InRoles are errors and warnings in the roles of the user, and in what these inherit.
	InRoles []validation.Finding
}

// mostTried is how many users an organization may have for advice to be tried out.
const mostTried = 5000

// NewAsk answers a question.
func NewAsk(o *state.Organization, q Question, now time.Time) *Ask {
	a := &Ask{Question: q, Kinds: kindsOf(o)}
	if q.User == "" && q.Permission == "" {
		return a
	}
	request, wrong := q.request()
	if wrong == "" && q.At != "" {
		at, err := parseMoment(q.At)
		if err != nil {
			wrong = texts.InField(texts.FieldTime, err).Error()
		}
		now = at
	}
	if wrong != "" {
		a.Wrong = wrong
		return a
	}
	index, err := o.IndexAt(now)
	if err != nil {
		a.Wrong = err.Error()
		return a
	}
	request.Subject.Type = index.SubjectType()
	a.Asked = true
	if a.Untried = len(o.Document.Users) > mostTried; a.Untried {
		a.Explanation = index.Explain(request)
	} else {
		a.Explanation = index.ExplainJudged(request, func(given *access.Advice) string { return advice.Judge(o.World(), request, now)(given) })
	}
	a.InRoles = findingsInRoles(o, newUserRow(o, request.Subject.ID).Roles...)
	a.Reads = missingPaths(&a.Explanation)
	a.Fillable = slices.DeleteFunc(slices.Clone(a.Reads), func(path string) bool { return !new(Question).Fill(path, "x") })
	return a
}

// parseMoment parses a moment in UTC, as an input element of the type datetime-local writes it.
func parseMoment(text string) (time.Time, error) {
	at, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		return at, texts.ErrMoment
	}
	return at, nil
}

// Fill states what is at a path that conditions read, and reports whether a question can state that.
func (q *Question) Fill(path, value string) bool {
	for prefix, text := range map[string]*string{
		"resource.properties.": &q.Properties, "subject.properties.": &q.Subject, "context.": &q.Context,
	} {
		name, is := strings.CutPrefix(path, prefix)
		if is && name != "" && !strings.ContainsAny(name, ".[=\n") {
			*text = strings.TrimLeft(strings.TrimRight(*text, "\r\n")+"\n"+name+"="+value, "\n")
			return true
		}
	}
	return false
}

// request returns the request of a question, or what is wrong with it.
func (q *Question) request() (request *access.Request, wrong string) {
	r := &access.Request{
		Subject:  access.Subject{ID: strings.TrimSpace(q.User)},
		Action:   access.Action{Name: strings.TrimSpace(q.Permission)},
		Resource: access.Resource{Type: q.Type, ID: q.ID},
	}
	for _, part := range []struct {
		what, text string
		into       *map[string]any
	}{
		{texts.FieldProperties, q.Properties, &r.Resource.Properties}, {texts.FieldSubject, q.Subject, &r.Subject.Properties},
		{texts.FieldContext, q.Context, &r.Context},
	} {
		values, err := authzen.ParseProperties(lines(part.text))
		if err != nil {
			return nil, texts.InField(part.what, err).Error()
		}
		*part.into = values
	}
	if q.Unit != "" {
		if _, twice := r.Resource.Properties[access.PropertyUnit]; twice {
			return nil, texts.ErrUnitTwice.Error()
		}
		if r.Resource.Properties == nil {
			r.Resource.Properties = map[string]any{}
		}
		r.Resource.Properties[access.PropertyUnit] = q.Unit
	}
	return r, ""
}

// lines returns the lines of a text that are not empty.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// missingPaths returns the paths that conditions read in vain.
func missingPaths(e *access.Explanation) []string {
	paths := map[string]bool{}
	add := func(results []access.ConditionResult) {
		for i := range results {
			for _, value := range results[i].Values {
				if value.Missing {
					paths[value.Path] = true
				}
			}
		}
	}
	add(e.Prohibitions)
	for i := range e.Grants {
		for j := range e.Grants[i].Alternatives {
			add(e.Grants[i].Alternatives[j].Qualifiers)
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// kindsOf returns the kinds of units.
func kindsOf(o *state.Organization) []string {
	kinds := map[string]bool{}
	for _, unit := range o.Document.Units {
		kinds[unit.Kind] = true
	}
	delete(kinds, "")
	return slices.Sorted(maps.Keys(kinds))
}
