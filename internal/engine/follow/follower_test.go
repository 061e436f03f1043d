// SPDX-License-Identifier: Apache-2.0

package follow_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/follow"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// clinic is a document that the publisher spreads over several ConfigMaps: units, groups of units, groups of users, roles
// and users each lie in parts of their own.
func clinic() *document.Document {
	all := map[string]document.Values{"shift": {All: true}}
	held := func(role string, units ...string) document.Grant {
		return document.Grant{Role: role, Scope: document.Scope{Units: units, Dimensions: all}, Entitlements: []string{"senior"}}
	}
	doc := &document.Document{
		Schema: document.Schema, Namespace: "health", Organization: "clinic", Catalog: "care",
		Dimensions:  map[string][]string{"shift": {"day", "night"}},
		Permissions: map[string]document.Permission{"read": {}, "write": {}, "sign": {}},
		Units:       map[string]document.Unit{"clinic": {}, "north": {Parent: "clinic"}, "south": {Parent: "clinic"}, "icu": {Parent: "north"}},
		UnitGroups:  map[string][]string{"acute": {"north"}},
		Groups:      map[string]document.Group{"board": {Members: []string{"ann"}}},
		Roles: map[string]document.Role{
			"nurse":   {Permissions: map[string][]document.Alternative{"read": {{}}}},
			"retired": {Permissions: map[string][]document.Alternative{"write": {{}}}},
		},
		Chains: map[string]document.Chain{"leave": {RequestType: "leave", Steps: []document.Step{
			{Name: "board", Approvers: []document.Approver{{Type: document.ApproverTypeGroup, Group: "board"}}, RequiredApprovals: 1},
			{Name: "nurse", Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "nurse"}}}, RequiredApprovals: 1},
			{Name: "manager", Approvers: []document.Approver{{Type: document.ApproverTypeManager, Manager: &document.ManagerApprover{Level: 1}}}, RequiredApprovals: 1},
		}}},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{held("nurse", "north"), held("retired", "south"), held("surgeon", "south")}},
			"bob": {Manager: "ann", Grants: []document.Grant{{Role: "nurse", Scope: document.Scope{UnitGroups: []string{"acute"}, Dimensions: all}}}},
			"cem": {Manager: "bob", Overrides: []document.Override{
				{Permission: "sign", Scope: document.Scope{Everywhere: true, Dimensions: all}},
				{Permission: "admit", Scope: document.Scope{Units: []string{"north"}, Dimensions: all}},
			}},
			"deb": {Overrides: []document.Override{{Permission: "read", Deny: true, Scope: document.Scope{Units: []string{"icu"}}}},
				Grants: []document.Grant{held("nurse", "clinic")}},
		},
	}
	for i := range 12 {
		doc.Users[fmt.Sprintf("user-%02d", i)] = document.User{
			Attributes: map[string]any{"note": strings.Repeat("x", 100<<10)}, Grants: []document.Grant{held("nurse", "icu")},
		}
	}
	return doc
}

// reader follows what the publisher writes, as an application does.
type reader struct {
	t        *testing.T
	follower *follow.Follower
	revision int64
}

func newReader(t *testing.T) *reader {
	t.Helper()
	return &reader{t: t, follower: follow.NewFollower(func() time.Time { return clock })}
}

// publish publishes a document and returns the index that follows the one before, with how many parts were read for it.
func (r *reader) publish(doc *document.Document) (x *engine.Index, read, parts int) {
	r.t.Helper()
	encoded, err := publish.Encode(doc)
	if err != nil {
		r.t.Fatal(err)
	}
	r.revision++
	data, err := encoded.Data("1", r.revision, clock)
	if err != nil {
		r.t.Fatal(err)
	}
	texts := map[string]string{}
	for _, shard := range encoded.Shards {
		texts[shard.Part.Digest] = shard.Text()
	}
	publication, err := document.ParsePublication([]byte(data[document.PublicationKey]))
	if err != nil {
		r.t.Fatal(err)
	}
	next, err := r.follower.Update(publication, func(part document.Part) ([]byte, error) {
		read++
		return []byte(texts[part.Digest]), nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return (*engine.Index)(next), read, len(publication.Parts)
}

// answers are all that an index answers about the clinic: decisions, lists and approvers.
func answers(x *engine.Index, doc *document.Document) map[string]any {
	all := map[string]any{}
	for unit := range doc.Units {
		for permission := range doc.Permissions {
			for _, shift := range []string{"day", "night"} {
				request := &access.Request{
					Subject: access.Subject{Type: access.SubjectTypeUser}, Action: access.Action{Name: permission},
					Resource: access.Resource{Type: "chart", Properties: map[string]any{access.PropertyUnit: unit, "shift": shift}},
				}
				key := fmt.Sprintf("%s in %s by %s", permission, unit, shift)
				all["who "+key] = slices.Collect(x.WhoCan(request, ""))
				for id := range doc.Users {
					request.Subject.ID = id
					all[id+" "+key] = x.Explain(request)
					if got := x.Check(request); got != x.Explain(request).Decision {
						all[id+" "+key] = "Check and Explain differ"
					}
				}
			}
		}
		for id := range doc.Users {
			chain := doc.Chains["leave"]
			plan, err := x.ApprovalPlan(&chain, &access.ApprovalInput{RequestType: "leave", Requester: id, Unit: unit, Attributes: map[string]any{"shift": "day"}})
			all["plan for "+id+" in "+unit] = []any{plan, fmt.Sprint(err)}
		}
	}
	chain := doc.Chains["leave"]
	all["coverage"] = x.Coverage(&chain)
	return all
}

// compare compares an index with the one of the whole document.
func compare(t *testing.T, what string, x *engine.Index, doc *document.Document) {
	t.Helper()
	fresh, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatal(err)
	}
	got, want := answers(x, doc), answers(fresh, doc)
	for _, question := range slices.Sorted(maps.Keys(want)) {
		if !reflect.DeepEqual(got[question], want[question]) {
			t.Errorf("%s: %s:\ngot  %v\nwant %v", what, question, got[question], want[question])
			return
		}
	}
}

const suspension = "a user is suspended"

var edits = []struct {
	what string
	edit func(d *document.Document)
	// whole is set on what the index has to be built from the start for.
	whole bool
}{
	{"nothing changes", func(*document.Document) {}, false},
	{"a unit leaves a group", func(d *document.Document) { d.UnitGroups["acute"] = []string{"south"} }, false},
	{"a unit moves", func(d *document.Document) { d.Units["icu"] = document.Unit{Parent: "south"} }, false},
	{"a group of users changes", func(d *document.Document) {
		d.Groups["board"] = document.Group{Members: []string{"bob", "cem"}, Default: "cem"}
	}, false},
	{"a role goes and another comes", func(d *document.Document) {
		d.Roles["surgeon"] = document.Role{Permissions: map[string][]document.Alternative{"sign": {{}}}}
		delete(d.Roles, "retired")
	}, true},
	{"a role goes", func(d *document.Document) { delete(d.Roles, "retired") }, true},
	{"a role asks for an entitlement", func(d *document.Document) {
		d.Roles["nurse"].Permissions["write"] = []document.Alternative{{RequiredEntitlements: []string{"senior"}}}
	}, true},
	{"a role gives more", func(d *document.Document) { d.Roles["nurse"].Permissions["sign"] = []document.Alternative{{}} }, false},
	{"a role comes", func(d *document.Document) {
		d.Roles["midwife"] = document.Role{Permissions: map[string][]document.Alternative{"sign": {{}}}}
	}, false},
	{"a permission comes", func(d *document.Document) { d.Permissions["admit"] = document.Permission{} }, false},
	{"a permission with overrides goes", func(d *document.Document) { delete(d.Permissions, "sign") }, false},
	{"an override needs a feature", func(d *document.Document) {
		d.Permissions["sign"] = document.Permission{RequiredFeatures: []string{"pens"}}
	}, false},
	{"a prohibition comes", func(d *document.Document) {
		d.Prohibitions = map[string]document.Condition{"never": {Expression: "resource.type == 'chart'"}}
		d.Permissions["read"] = document.Permission{Prohibitions: []string{"never"}}
	}, false},
	{"a value of a dimension comes first", func(d *document.Document) { d.Dimensions["shift"] = []string{"late", "night", "day"} }, false},
	{"a dimension comes", func(d *document.Document) { d.Dimensions["level"] = []string{"one"} }, false},
	{"a default grant comes", func(d *document.Document) {
		d.DefaultGrants = []document.Grant{{Role: "nurse", Scope: document.Scope{Everywhere: true}, Source: "Organization/clinic"}}
	}, true},
	{suspension, func(d *document.Document) {
		ann := d.Users["ann"]
		ann.Suspended = true
		d.Users["ann"] = ann
	}, false},
	{"one user goes and another comes", func(d *document.Document) {
		d.Users["dia"] = document.User{Manager: "cem", Grants: d.Users["ann"].Grants}
		delete(d.Users, "ann")
	}, false},
}

// TestFollowsThePublisher: whatever changes, the index that follows answers as that of the whole document.
func TestFollowsThePublisher(t *testing.T) {
	for _, change := range edits {
		t.Run(change.what, func(t *testing.T) {
			doc, r := clinic(), newReader(t)
			x, _, parts := r.publish(doc)
			if parts < 6 {
				t.Fatalf("the document has %d parts: this test wants groups and units in parts of their own", parts)
			}
			compare(t, "before", x, doc)
			before := answers(x, doc)
			changed := clinic()
			change.edit(changed)
			next, read, parts := r.publish(changed)
			if (read == parts) != change.whole && read >= parts {
				t.Errorf("%d of %d parts were read", read, parts)
			}
			compare(t, "after", next, changed)
			if !reflect.DeepEqual(answers(x, doc), before) {
				t.Error("the index before it answers otherwise than before")
			}
		})
	}
}

// TestFollowsSeveralChanges: several changes in one publication, and one publication after another.
func TestFollowsSeveralChanges(t *testing.T) {
	doc, r := clinic(), newReader(t)
	r.publish(doc)
	at := func(i int) func(*document.Document) { return edits[i%len(edits)].edit }
	for i := range edits {
		next := clinic()
		at(i)(next)
		at(i + 1)(next)
		at(i + 3)(next)
		x, _, _ := r.publish(next)
		compare(t, edits[i].what+" beside others", x, next)
	}
	for i := range edits {
		if edits[i].what != suspension { // The user who is suspended goes with the next.
			at(i)(doc)
		}
		x, _, _ := r.publish(doc)
		compare(t, edits[i].what+" after others", x, doc)
	}
}

// byHand is a publication of some parts, each of which holds users, beside the base.
func byHand(t *testing.T, revision int64, users ...map[string]document.User) (*document.Publication, map[string][]byte) {
	t.Helper()
	base := clinic()
	base.Users = nil
	text, err := publish.Text(base)
	if err != nil {
		t.Fatal(err)
	}
	publication := &document.Publication{Schema: document.PublicationSchema, Namespace: "health", Organization: "clinic", Revision: revision}
	parts := map[string][]byte{}
	add := func(text []byte) {
		part := document.Part{ConfigMap: fmt.Sprintf("part-%d", len(parts)), Name: document.PartKey, Digest: document.Digest(text), Bytes: len(text)}
		publication.Parts, parts[part.Digest] = append(publication.Parts, part), text
	}
	add(text)
	for _, some := range users {
		text, err := json.Marshal(map[string]any{"users": some})
		if err != nil {
			t.Fatal(err)
		}
		add(text)
	}
	return publication, parts
}

// TestRefusesAUserInSeveralParts: a publication that has a user twice is damaged, whether both parts are new or one is, and
// the next that is whole is taken.
func TestRefusesAUserInSeveralParts(t *testing.T) {
	ann, suspended, bob := document.User{Grants: clinic().Users["ann"].Grants}, document.User{Suspended: true}, document.User{Manager: "ann"}
	one := map[string]document.User{"ann": ann}
	two := map[string]document.User{"bob": bob}
	for what, users := range map[string][]map[string]document.User{
		"beside a part that was there": {one, {"bob": bob, "ann": suspended}},
		"in two new parts":             {{"ann": ann, "cem": {}}, {"bob": bob, "ann": suspended}},
	} {
		follower := follow.NewFollower(func() time.Time { return clock })
		update := func(revision int64, users ...map[string]document.User) (*engine.Index, error) {
			publication, parts := byHand(t, revision, users...)
			x, err := follower.Update(publication, func(part document.Part) ([]byte, error) { return parts[part.Digest], nil })
			return (*engine.Index)(x), err
		}
		if _, err := update(1, one, two); err != nil {
			t.Fatal(err)
		}
		if _, err := update(2, users...); err == nil || !strings.Contains(err.Error(), `"ann"`) {
			t.Errorf("%s: error %v", what, err)
		}
		publication, parts := byHand(t, 2, users...)
		if _, err := publication.Assemble(func(part document.Part) ([]byte, error) { return parts[part.Digest], nil }); err == nil {
			t.Errorf("%s: a reader of the whole takes it", what)
		}
		x, err := update(3, one, map[string]document.User{"bob": suspended})
		if err != nil {
			t.Fatalf("%s: the next: %v", what, err)
		}
		doc := clinic()
		doc.Users = map[string]document.User{"ann": ann, "bob": suspended}
		compare(t, what, x, doc)
	}
}

// TestDamagedPartsLeaveNothing: after publications with damaged and missing parts the next whole one is taken, and answers as
// a fresh one.
func TestDamagedPartsLeaveNothing(t *testing.T) {
	follower := follow.NewFollower(func() time.Time { return clock })
	one, two := map[string]document.User{"ann": clinic().Users["ann"]}, map[string]document.User{"bob": clinic().Users["bob"]}
	states := [][]map[string]document.User{
		{one, two},
		{{"ann": {Suspended: true}}, two},
		{one, {"bob": {}, "cem": {}}},
		{{"ann": {}}, {"bob": {}}},
	}
	for i, users := range states {
		publication, parts := byHand(t, int64(i+1), users...)
		x, err := follower.Update(publication, func(part document.Part) ([]byte, error) {
			switch {
			case i == 1 && part.ConfigMap == "part-1":
				return []byte("{}"), nil
			case i == 2 && part.ConfigMap == "part-2":
				return nil, errors.New("gone")
			}
			return parts[part.Digest], nil
		})
		var unreadable *follow.ReadError
		if (err != nil) != (i == 1 || i == 2) || errors.As(err, &unreadable) != (i == 2) {
			t.Fatalf("state %d: error %v", i+1, err)
		}
		if err == nil {
			doc := clinic()
			doc.Users = map[string]document.User{}
			for _, some := range users {
				maps.Copy(doc.Users, some)
			}
			compare(t, fmt.Sprintf("state %d", i+1), (*engine.Index)(x), doc)
		}
	}
}
