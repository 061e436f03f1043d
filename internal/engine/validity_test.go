// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// TestValidity: of random documents, each answer is the same at every moment from now until the one that is named, and another one then;
// without such a moment it is the same at all that windows name, and around them.
func TestValidity(t *testing.T) {
	ends, lasts := 0, 0
	property.Check(t, func(rt *rapid.T) {
		doc := enginetest.DrawDocument(rt)
		index := enginetest.Index(t, doc, enginetest.Clock)
		moments := momentsOf(doc)
		for _, request := range rapid.SliceOfN(rapid.Custom(enginetest.DrawRequest), 20, 20).Draw(rt, "requests") {
			now := rapid.SampledFrom(moments).Draw(rt, "now")
			v := index.At(now).Validity(request)
			if v.Decision != index.At(now).Check(request) || v.Unknown != "" || !v.At.Equal(now) {
				rt.Fatalf("at %s: %+v", now, v)
			}
			for _, moment := range moments {
				if !moment.Before(now) && (v.Until == nil || moment.Before(*v.Until)) && index.At(moment).Check(request) != v.Decision {
					rt.Fatalf("%+v is answered %v at %s, until %v; and otherwise at %s", request, v.Decision, now, v.Until, moment)
				}
			}
			if v.Until == nil {
				lasts++
				continue
			}
			ends++
			if !v.Until.After(now) || index.At(*v.Until).Check(request) == v.Decision || index.At(v.Until.Add(-time.Microsecond)).Check(request) != v.Decision {
				rt.Fatalf("%+v is answered %v at %s, until %s; and otherwise before, or not then", request, v.Decision, now, v.Until)
			}
		}
	}, func() string {
		if ends < 100 || lasts < 100 {
			return "answers that end, and answers that do not"
		}
		return ""
	})
}

// momentsOf are the bounds of all windows, and a second and a microsecond before and after each.
func momentsOf(doc *document.Document) []time.Time {
	moments := []time.Time{enginetest.Clock.Add(-24 * time.Hour), enginetest.Clock, enginetest.Clock.Add(24 * time.Hour)}
	around := func(window document.Window) {
		for _, bound := range []*time.Time{window.StartTime, window.EndTime} {
			if bound != nil {
				for _, by := range []time.Duration{-time.Second, -time.Microsecond, 0, time.Microsecond, time.Second} {
					moments = append(moments, bound.Add(by))
				}
			}
		}
	}
	for id := range doc.Users {
		user := doc.Users[id]
		for grant := range doc.GrantsOf(&user) {
			around(grant.Window)
		}
		for i := range user.Overrides {
			around(user.Overrides[i].Window)
		}
	}
	return moments
}

// TestValidityIsUnknown: a condition that reads the time leaves it open how long an answer holds, if the answer may depend on it.
func TestValidityIsUnknown(t *testing.T) {
	later := enginetest.Clock.Add(time.Hour)
	index := enginetest.Index(t, &document.Document{
		Schema: document.Schema, Units: map[string]document.Unit{"all": {}},
		Permissions: map[string]document.Permission{"a": {}, "b": {}, "c": {Prohibitions: []string{"closed"}}},
		Qualifiers:  map[string]document.Condition{"day": {Expression: "now.getHours() < 20"}},
		Prohibitions: map[string]document.Condition{
			"closed": {Expression: `now > timestamp("2030-01-01T00:00:00Z")`},
		},
		Roles: map[string]document.Role{"r": {Permissions: map[string][]document.Alternative{
			"a": {{Qualifiers: []string{"day"}}}, "b": {{}}, "c": {{}},
		}}},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true}, Window: document.Window{EndTime: &later}}}},
			"ben": {},
		},
	}, enginetest.Clock)
	for _, c := range []struct {
		user, permission, unknown string
		until                     bool
	}{
		{user: "ann", permission: "a", unknown: "the condition day reads the time"},
		{user: "ann", permission: "b", until: true},
		{user: "ann", permission: "c", unknown: "the condition closed reads the time"},
		{user: "ben", permission: "a"},
		{user: "ben", permission: "c"},
		{user: "zoe", permission: "b"},
	} {
		v := index.Validity(&access.Request{
			Subject: access.Subject{Type: "user", ID: c.user}, Action: access.Action{Name: c.permission}, Resource: access.Resource{Type: "doc", ID: "1"},
		})
		if v.Unknown != c.unknown || (v.Until != nil) != c.until || v.Until != nil && !v.Until.Equal(later) {
			t.Errorf("%s %s: %+v", c.user, c.permission, v)
		}
	}
	if v := engine.Unavailable("nothing is there yet").Validity(&access.Request{}); !strings.Contains(v.Unknown, "nothing is there yet") {
		t.Errorf("%+v", v)
	}
}
