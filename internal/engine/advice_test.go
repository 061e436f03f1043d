// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// followed counts pieces of advice by what they take.
type followed map[string]int

// TestAdviceLeadsToAYes: anyone who does all that a piece of advice names is allowed: in the request, or in the document.
func TestAdviceLeadsToAYes(t *testing.T) {
	counts := followed{}
	property.Check(t, func(rt *rapid.T) { followAll(rt, counts) }, func() string {
		for _, kind := range []string{"units", "dimensions", "features", "entitlements", "qualifiers", "unevaluated", "unless", "before", "later", "roles", "several", "nothing helps"} {
			if counts[kind] == 0 {
				return fmt.Sprintf("too little advice takes %s: %v", kind, counts)
			}
		}
		return ""
	})
	t.Logf("%v", counts)
}

// TestAdviceDecidesAgain: nothing is advised that something else still refuses, which is said instead.
func TestAdviceDecidesAgain(t *testing.T) {
	doc := func() *document.Document {
		return &document.Document{
			Schema: document.Schema, Organization: "o", Catalog: "c", Dimensions: map[string][]string{"shift": {"day", "night"}},
			Permissions: map[string]document.Permission{"p": {}},
			Qualifiers:  map[string]document.Condition{"own": {Expression: "resource.properties.owner == subject.id"}, "far": {Expression: "resource.properties.far"}},
			Prohibitions: map[string]document.Condition{
				"shut": {Expression: "has(resource.unit.shut) && resource.unit.shut"}, "late": {Expression: `now > timestamp("2026-03-01T12:30:00Z")`},
				"self": {Expression: "has(resource.properties.owner) && resource.properties.owner == subject.id"},
			},
			Units: map[string]document.Unit{"root": {}, "a": {Parent: "root"}, "b": {Parent: "root", Attributes: map[string]any{"shut": true}}},
			Roles: map[string]document.Role{"r": {Permissions: map[string][]document.Alternative{"p": {{}}}}},
		}
	}
	all := map[string]document.Values{"shift": {All: true}}
	held := func(d *document.Document, scope document.Scope, overrides ...document.Override) {
		d.Users = map[string]document.User{"ann": {Grants: []document.Grant{{Role: "r", Scope: scope, Source: "g"}}, Overrides: overrides}}
	}
	denied := func(scope document.Scope) document.Override {
		return document.Override{Permission: "p", Deny: true, Scope: scope, Source: "no"}
	}
	later, muchLater := clock.Add(time.Hour), clock.Add(2*time.Hour)
	heldFrom := func(d *document.Document, begin time.Time, overrides ...document.Override) {
		held(d, document.Scope{Everywhere: true, Dimensions: all}, overrides...)
		d.Users["ann"].Grants[0].StartTime = &begin
	}
	under := func(d *document.Document, qualifiers ...string) {
		d.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"p": {{Qualifiers: qualifiers}}}}
	}
	elsewhere := "would be allowed with a grant of role r in root for shift all"
	for name, test := range map[string]struct {
		change func(d *document.Document)
		want   []string
	}{
		"where nothing refuses": {func(d *document.Document) { held(d, document.Scope{Units: []string{"a", "b"}, Dimensions: all}) }, []string{"would be allowed in a, b, by grant g of role r"}},
		"denied in one unit": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a", "b"}, Dimensions: all}, denied(document.Scope{Units: []string{"a"}}))
			}, []string{"would be allowed in b, by grant g of role r"},
		},
		"denied in the only unit": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a"}, Dimensions: all}, denied(document.Scope{Units: []string{"a"}}))
			}, []string{elsewhere},
		},
		"denied, and no other role": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a"}, Dimensions: all}, denied(document.Scope{Units: []string{"a"}}))
				d.Roles["r"] = document.Role{Platform: true, Permissions: d.Roles["r"].Permissions}
			}, []string{"grant g of role r would not help in a: override no denies it"},
		},
		"prohibited in one unit": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a", "b"}, Dimensions: all})
				d.Permissions["p"] = document.Permission{Prohibitions: []string{"shut"}}
			}, []string{"would be allowed in a, by grant g of role r"},
		},
		"denied for one value": {
			func(d *document.Document) {
				day := document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"shift": {Values: []string{"day"}}}}
				held(d, document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"shift": {Values: []string{"day", "night"}}}}, denied(day))
			}, []string{"would be allowed for shift night, by grant g of role r"},
		},
		"prohibited by then": {
			func(d *document.Document) {
				d.Users = map[string]document.User{"ann": {Grants: []document.Grant{
					{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: all}, Window: document.Window{StartTime: &later}, Source: "g"},
				}}}
				d.Permissions["p"] = document.Permission{Prohibitions: []string{"late"}}
				d.Roles["r"] = document.Role{Platform: true, Permissions: d.Roles["r"].Permissions}
			}, []string{"grant g of role r would not help at 2026-03-01T13:00:00Z: prohibition late refuses it"},
		},
		"a prohibition on the same": {
			func(d *document.Document) {
				held(d, document.Scope{Everywhere: true, Dimensions: all})
				d.Permissions["p"] = document.Permission{Prohibitions: []string{"self", "late"}}
				d.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"p": {{Qualifiers: []string{"own", "far"}}}}}
			}, []string{"would be allowed if qualifier own could be evaluated and were true and if qualifier far could be evaluated and were true " +
				"and while prohibition self stays false, by grant g of role r"},
		},
		"every feature of an override": {
			func(d *document.Document) {
				held(d, document.Scope{}, document.Override{
					Permission: "p", Scope: document.Scope{Everywhere: true, Dimensions: all}, RequiredFeatures: []string{"x", "y"}, Source: "o",
				})
				d.Roles["r"] = document.Role{}
			}, []string{"would be allowed with feature x and with feature y, by override o"},
		},
		"another condition in each unit": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a", "b"}, Dimensions: all})
				d.Qualifiers["open"] = document.Condition{Expression: "!has(resource.unit.shut)"}
				under(d, "open")
			}, []string{"would be allowed in a, by grant g of role r"},
		},
		"several conditions in each unit": {
			func(d *document.Document) {
				held(d, document.Scope{Units: []string{"a", "b"}, Dimensions: all})
				d.Qualifiers["open"] = document.Condition{Expression: "!has(resource.unit.shut)"}
				d.Qualifiers["hers"] = document.Condition{Expression: "resource.properties.owner == subject.id && !has(resource.unit.shut)"}
				under(d, "open", "hers")
			}, []string{"would be allowed if qualifier hers could be evaluated and were true and while qualifier open stays true and in a, by grant g of role r"},
		},
		"while another qualifier stays true": {
			func(d *document.Document) {
				held(d, document.Scope{Everywhere: true, Dimensions: all})
				d.Qualifiers["not-eve"] = document.Condition{Expression: `!has(resource.properties.owner) || resource.properties.owner != "eve"`}
				under(d, "own", "not-eve")
			}, []string{"would be allowed if qualifier own could be evaluated and were true and while qualifier not-eve stays true, by grant g of role r"},
		},
		"from later on": {
			func(d *document.Document) {
				heldFrom(d, later, document.Override{
					Permission: "p", Scope: document.Scope{Units: []string{"b"}, Dimensions: all}, Window: document.Window{StartTime: &muchLater}, Source: "o",
				}, document.Override{
					Permission: "q", Deny: true, Scope: document.Scope{}, Window: document.Window{StartTime: &muchLater}, Source: "other",
				})
			}, []string{"would be allowed from 2026-03-01T13:00:00Z on, by grant g of role r"},
		},
		"later, until it is denied": {
			func(d *document.Document) {
				heldFrom(d, later, document.Override{Permission: "p", Deny: true, Window: document.Window{StartTime: &muchLater}, Source: "no"})
			}, []string{"would be allowed at 2026-03-01T13:00:00Z, by grant g of role r"},
		},
		"later, until it is prohibited": {
			func(d *document.Document) {
				heldFrom(d, later)
				d.Prohibitions["night"] = document.Condition{Expression: `now > timestamp("2026-03-01T20:00:00Z")`}
				d.Permissions["p"] = document.Permission{Prohibitions: []string{"night"}}
			}, []string{"would be allowed at 2026-03-01T13:00:00Z, by grant g of role r"},
		},
		"later, while a qualifier is true": {
			func(d *document.Document) {
				heldFrom(d, later)
				d.Qualifiers["daily"] = document.Condition{Expression: "now.getHours() < 20"}
				under(d, "daily")
			}, []string{"would be allowed at 2026-03-01T13:00:00Z, by grant g of role r"},
		},
		"a constraint": {
			func(d *document.Document) {
				d.Users = map[string]document.User{"ann": {}}
				d.Roles["r"] = document.Role{ConstrainedBy: []string{"two-hats"}, Permissions: d.Roles["r"].Permissions}
			}, []string{"a grant of role r in root for shift all might be withheld by constraint two-hats"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := doc()
			test.change(d)
			request := &access.Request{Subject: access.Subject{Type: "user", ID: "ann"}, Action: access.Action{Name: "p"}, Resource: access.Resource{Type: "doc"}}
			if got := index(t, d, clock).Explain(request).Nearest; !slices.Equal(got, test.want) {
				t.Errorf("it advises\n%q, not\n%q", got, test.want)
			}
		})
	}
}

// FuzzAdvice follows advice in documents that are drawn from any bytes.
func FuzzAdvice(f *testing.F) {
	// A document takes more bytes than a fuzzer comes up with by itself.
	const seeds, size = 16, 64 << 10
	random := rand.New(rand.NewPCG(1, 2))
	for range seeds {
		seed := make([]byte, 0, size)
		for len(seed) < size {
			seed = binary.LittleEndian.AppendUint64(seed, random.Uint64())
		}
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { followAll(t, followed{}) }))
}

// followAll draws a document, and follows all advice on some requests.
func followAll(t *rapid.T, counts followed) {
	doc := drawAdvised(t)
	x := indexAt(t, doc, clock)
	for _, request := range rapid.SliceOfN(rapid.Custom(enginetest.DrawRequest), 20, 20).Draw(t, "requests") {
		explanation := x.Explain(request)
		if explanation.Decision && len(explanation.Nearest) > 0 || len(explanation.Advice) > len(explanation.Nearest) {
			t.Fatalf("advice on a yes, or without words: %s", explanation)
		}
		if explanation.Reason == access.ReasonNotGranted && len(explanation.Nearest) == 0 {
			t.Fatalf("neither advice nor a reason why there is none: %s", explanation)
		}
		if explanation.Reason == access.ReasonNotGranted && len(explanation.Advice) == 0 {
			counts["nothing helps"]++
		}
		for i := range explanation.Advice {
			counts.add(&explanation.Advice[i])
			follow(t, doc, request, &explanation.Advice[i])
		}
	}
}

// drawAdvised draws a document in which what gives a permission often covers several places, in some of which something refuses.
func drawAdvised(t *rapid.T) *document.Document {
	doc := enginetest.DrawDocument(t)
	draw := func(label string, in, of int) bool { return rapid.IntRange(1, of).Draw(t, label) <= in }
	units := slices.Sorted(maps.Keys(doc.Units))
	some := func(label string, most int) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(units), 1, min(most, len(units)), rapid.ID).Draw(t, label)
	}
	for _, id := range slices.Sorted(maps.Keys(doc.Users)) {
		user := doc.Users[id]
		for i := range user.Grants {
			user.Grants[i].Source = fmt.Sprintf("UserAssignment/%s grants[%d]", id, i)
			if draw("in some units", 1, 2) {
				user.Grants[i].Everywhere, user.Grants[i].UnitGroups, user.Grants[i].Units = false, nil, some("units", 3)
			}
		}
		if draw("denied", 1, 2) {
			user.Overrides = append(user.Overrides, document.Override{
				Permission: rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "permission"), Deny: true, Scope: document.Scope{Units: some("denied units", 1)},
			})
			for i := range user.Grants {
				if units := user.Grants[i].Units; len(units) > 0 && draw("denied there", 1, 2) {
					denied := document.Scope{Units: units[:1]}
					user.Overrides = append(user.Overrides, document.Override{Permission: "p1", Deny: true, Scope: denied}, document.Override{Permission: "p2", Deny: true, Scope: denied})
				}
			}
		}
		for i := range user.Overrides {
			user.Overrides[i].Source = fmt.Sprintf("UserAssignment/%s overrides[%d]", id, i)
		}
		doc.Users[id] = user
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Roles)) {
		role := doc.Roles[name]
		role.Platform = draw("platform", 1, 8)
		doc.Roles[name] = role
	}
	doc.Prohibitions["of-nobody"] = document.Condition{Expression: `has(resource.properties.owner) && resource.properties.owner == "nobody"`}
	doc.Prohibitions["self"] = document.Condition{Expression: `has(resource.properties.owner) && resource.properties.owner == subject.id`}
	doc.Prohibitions["shut"] = document.Condition{Expression: "has(resource.unit.open) && !resource.unit.open"}
	for _, name := range slices.Sorted(maps.Keys(doc.Permissions)) {
		if permission := doc.Permissions[name]; draw("more prohibitions", 1, 2) {
			names := []string{"not-here", "not-open", "of-nobody", "self", "self", "shut", "shut", "shut"}
			permission.Prohibitions = append(permission.Prohibitions, rapid.SampledFrom(names).Draw(t, "prohibition"))
			doc.Permissions[name] = permission
		}
	}
	return doc
}

func (f followed) add(advice *access.Advice) {
	takes := 0
	for kind, taken := range map[string]bool{
		"units": len(advice.Units) > 0, "dimensions": len(advice.Dimensions) > 0, "features": len(advice.Features) > 0,
		"entitlements": len(advice.Entitlements) > 0, "qualifiers": len(advice.Qualifiers) > 0, "unevaluated": len(advice.Unevaluated) > 0,
		"before": advice.Before != nil, "later": advice.At != nil || advice.From != nil, "roles": len(advice.Roles) > 0,
	} {
		if taken {
			f[kind]++
			takes++
		}
	}
	if len(advice.Unless) > 0 {
		f["unless"]++
	}
	if takes > 1 {
		f["several"]++
	}
}

// follow does what a piece of advice names, in each way in which it may be done.
func follow(t *rapid.T, doc *document.Document, request *access.Request, advice *access.Advice) {
	now := clock
	for _, at := range []*time.Time{advice.At, advice.From} {
		if at != nil {
			now = *at
		}
	}
	if advice.Before != nil {
		now = advice.Before.Add(-time.Microsecond)
	}
	for _, unit := range orNothing(advice.Units) {
		for _, values := range combinations(advice.Dimensions) {
			for _, role := range orNothing(advice.Roles) {
				changed := changedRequest(doc, request, unit, values)
				if untrue := slices.Concat(advice.Qualifiers, advice.Unevaluated); slices.ContainsFunc(untrue, func(name string) bool { return ownsInstead(advice, name) }) {
					changed.Resource.Properties["owner"] = request.Subject.ID
				}
				next := changedDocument(t, doc, request.Subject.ID, role, advice)
				if !indexAt(t, next, now).Check(changed) {
					text, _ := json.Marshal(changed)
					was, _ := json.Marshal(doc)
					t.Fatalf("%q\nhas been followed, and the answer at %s to\n%s\nis no: %s\nThe document was\n%s",
						advice, now, text, indexAt(t, next, now).Explain(changed), was)
				}
			}
		}
	}
}

// ownsInstead reports whether a qualifier is made true by whose the resource is, as people would: nothing that advice does not
// name may refuse then.
func ownsInstead(advice *access.Advice, qualifier string) bool {
	return qualifier == "own" && len(advice.Unless)+len(advice.While) == 0 && len(advice.Qualifiers)+len(advice.Unevaluated) == 1
}

func orNothing(names []string) []string {
	if len(names) == 0 {
		return []string{""}
	}
	return names
}

// combinations lists a value of each dimension, in every combination.
func combinations(dimensions map[string][]string) []map[string]string {
	all := []map[string]string{{}}
	for dimension, values := range dimensions {
		var next []map[string]string
		for _, chosen := range all {
			for _, value := range values {
				more := maps.Clone(chosen)
				more[dimension] = value
				next = append(next, more)
			}
		}
		all = next
	}
	return all
}

// changedRequest asks about a resource of other values in another unit.
func changedRequest(doc *document.Document, request *access.Request, unit string, values map[string]string) *access.Request {
	changed := *request
	changed.Resource.Properties = maps.Clone(request.Resource.Properties)
	if changed.Resource.Properties == nil {
		changed.Resource.Properties = map[string]any{}
	}
	own, isUnit := doc.Units[request.Resource.ID]
	switch {
	case unit == "":
	case isUnit && own.Kind != "" && own.Kind == request.Resource.Type:
		changed.Resource.ID = unit
	default:
		changed.Resource.Properties[access.PropertyUnit] = unit
	}
	for dimension, value := range values {
		changed.Resource.Properties[dimension] = value
	}
	return &changed
}

// changedDocument is one with the features, the entitlements, the grant and the true qualifiers that advice names. What is the
// subject's own is made so by its owner.
func changedDocument(t *rapid.T, doc *document.Document, user, role string, advice *access.Advice) *document.Document {
	text, err := publish.Text(doc)
	if err != nil {
		t.Fatal(err)
	}
	next, err := document.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	next.Features = append(next.Features, advice.Features...)
	for _, name := range slices.Concat(advice.Qualifiers, advice.Unevaluated) {
		if ownsInstead(advice, name) {
			continue
		}
		next.Qualifiers[name] = document.Condition{Expression: "true"}
	}
	written := next.Users[user]
	for _, grants := range [][]document.Grant{written.Grants, next.DefaultGrants} {
		for i := range grants {
			if grants[i].Source == advice.Source {
				grants[i].Entitlements = append(grants[i].Entitlements, advice.Entitlements...)
			}
		}
	}
	if role != "" {
		if next.Roles[role].Platform {
			t.Fatalf("%q advises a role that nobody can be given", advice)
		}
		written.Grants = append(written.Grants, document.Grant{Role: role, Scope: *advice.Scope, Entitlements: advice.Entitlements})
	}
	next.Users[user] = written
	return next
}

// indexAt returns the index of a document whose clock stands still.
func indexAt(t *rapid.T, doc *document.Document, at time.Time) *engine.Index {
	x, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	return x
}
