// SPDX-License-Identifier: Apache-2.0

package follow_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/internal/engine/follow"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestFollowsRandomChanges: after any changes of some parts, an index answers as one of the whole document does.
func TestFollowsRandomChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		follower := follow.NewFollower(enginetest.Now)
		for revision := range int64(rapid.IntRange(2, 5).Draw(t, "changes")) {
			publication, parts := inParts(revision+1, spread(t, doc)...)
			publication.Namespace, publication.Organization = doc.Namespace, doc.Organization
			tables, err := follower.Update(publication, func(part document.Part) ([]byte, error) { return parts[part.Digest], nil })
			if err != nil {
				t.Fatal(err)
			}
			x := (*engine.Index)(tables)
			fresh, err := engine.NewIndex(asRead(t, doc), engine.WithClock(enginetest.Now))
			if err != nil {
				t.Fatal(err)
			}
			for _, request := range rapid.SliceOfN(rapid.Custom(enginetest.DrawRequest), 10, 10).Draw(t, "requests") {
				if got, want := said(x, request), said(fresh, request); !reflect.DeepEqual(got, want) {
					t.Fatalf("revision %d: got\n%+v\nwant\n%+v", revision+1, got, want)
				}
			}
			doc = changed(t, doc)
		}
	})
}

// asRead returns a document as readers get it: what is empty is absent then.
func asRead(t *rapid.T, doc *document.Document) *document.Document {
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	read := &document.Document{}
	if err := json.Unmarshal(text, read); err != nil {
		t.Fatal(err)
	}
	return read
}

// changed returns a document with some other pieces.
func changed(t *rapid.T, doc *document.Document) *document.Document {
	next, other := *doc, enginetest.DrawDocument(t)
	switch rapid.IntRange(0, 7).Draw(t, "what changes") {
	case 0:
		next.Units, next.UnitGroups, next.UnplacedKinds = other.Units, other.UnitGroups, other.UnplacedKinds
	case 1:
		next.Roles = maps.Clone(other.Roles)
		for name := range doc.Roles {
			if rapid.IntRange(0, 3).Draw(t, name+" goes") == 0 {
				delete(next.Roles, name)
			}
		}
	case 2:
		next = *other
	case 3:
		next.DefaultGrants, next.Features, next.Permissions = other.DefaultGrants, other.Features, other.Permissions
	case 4:
		next.Features, next.Permissions, next.Dimensions = other.Features, other.Permissions, other.Dimensions
		next.SubjectTypes = other.SubjectTypes
	case 5:
		next.Qualifiers, next.Prohibitions, next.Chains, next.UnplacedKinds = other.Qualifiers, other.Prohibitions, other.Chains, other.UnplacedKinds
	}
	next.Users = maps.Clone(doc.Users)
	for id, user := range other.Users {
		switch rapid.IntRange(0, 3).Draw(t, id) {
		case 0:
			next.Users[id] = user
		case 1:
			delete(next.Users, id)
		}
	}
	return &next
}

// spread writes a document in parts: one for the units, for the roles, for each user, and one for the rest.
func spread(t *rapid.T, doc *document.Document) []string {
	var parts []string
	write := func(part any) {
		text, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, string(text))
	}
	rest := *doc
	rest.Units, rest.UnitGroups, rest.Roles, rest.Users = nil, nil, nil, nil
	write(rest)
	write(map[string]any{"units": doc.Units, "unitGroups": doc.UnitGroups})
	write(map[string]any{"roles": doc.Roles})
	for id, user := range doc.Users {
		write(map[string]any{"users": map[string]document.User{id: user}})
	}
	return parts
}

// said is what an index answers to a request, and to all that its searches leave open.
func said(x *engine.Index, request *access.Request) map[string]any {
	all := map[string]any{
		"check": x.Check(request), "explanation": x.Explain(request), "places": x.Where(request),
		"who": slices.Collect(x.WhoCan(request, "")), "what": slices.Collect(x.WhatCan(request, "")), "units": slices.Collect(x.ResourcesCan(request, "")),
	}
	unit, _ := request.Resource.Properties[access.PropertyUnit].(string)
	for _, role := range []string{"r1", "r2"} {
		digest, known := x.RoleDigest(role)
		all["digest of "+role] = []any{digest, known}
		selector := []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: role}}}
		input := access.ApprovalInput{Requester: "zoë", Unit: unit, Now: enginetest.Clock}
		all[role+" decides"] = x.MayDecide(selector, &input, request.Subject.ID)
	}
	for _, user := range []string{"zoë", "ann"} {
		asked := access.AssignmentRequest{Actor: request.Subject.ID, User: user, Role: "r1", Resource: request.Resource.Properties}
		all["giving to "+user] = []any{
			x.MayAssign(&asked), x.ExplainAssignment(&asked), slices.Collect(x.AssignableRoles(&asked, "")),
			slices.Collect(x.AssignableUsers(&asked, "")), slices.Collect(x.WhoMayAssign(&asked, "")),
		}
	}
	return all
}
