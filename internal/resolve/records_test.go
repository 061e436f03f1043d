// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// identified gives each assignment, group and assignment of the platform a UID, and has each requested role given to the person who
// has the assignments of its user.
func identified(w *model.World) *model.World {
	for i := range w.Assignments {
		w.Assignments[i].UID = "uid of " + w.Assignments[i].Name
	}
	for i := range w.Groups {
		w.Groups[i].UID = "uid of " + w.Groups[i].Name
	}
	for i := range w.PlatformAssignments {
		w.PlatformAssignments[i].UID = "uid of " + w.PlatformAssignments[i].Name
	}
	for i := range w.Requested {
		for j := range w.Assignments {
			if w.Assignments[j].User == w.Requested[i].User {
				w.Requested[i].Records = append(w.Requested[i].Records, model.UserRecord{Kind: model.KindAssignment, Origin: w.Assignments[j].Origin})
			}
		}
	}
	return w
}

// TestRequestedRoleIsHeldByThePersonToWhomItWasGiven: not by another who has the same id now.
func TestRequestedRoleIsHeldByThePersonToWhomItWasGiven(t *testing.T) {
	record := func(kind, uid string) model.UserRecord {
		return model.UserRecord{Kind: kind, Origin: model.Origin{UID: uid, Generation: 1}}
	}
	assignment := func(name, user string) model.Assignment {
		return model.Assignment{Object: object(model.KindAssignment, name), User: user}
	}
	group := model.Group{Object: object(model.KindGroup, "night"), Members: []string{"gil"}}
	for name, c := range map[string]struct {
		user    string
		records []model.UserRecord
		change  func(*model.World)
		held    bool
	}{
		"by their assignment":        {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of gil")}, held: true},
		"by one of two":              {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of old"), record(model.KindAssignment, "uid of gil")}, held: true},
		"with one assignment more":   {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of gil")}, held: true, change: func(w *model.World) { w.Assignments = append(w.Assignments, assignment("more", "gil")) }},
		"not by another's":           {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of old")}},
		"not by another user's":      {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of ann")}},
		"not without records":        {user: "gil"},
		"not without a UID":          {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "")}, change: func(w *model.World) { w.Assignments[len(w.Assignments)-1].UID = "" }},
		"not by a record of no kind": {user: "gil", records: []model.UserRecord{record("Passport", "uid of gil")}},
		"by their group":             {user: "gil", records: []model.UserRecord{record(model.KindGroup, "uid of night")}, held: true, change: func(w *model.World) { w.Groups = []model.Group{group} }},
		"not by a group that they left": {user: "gil", records: []model.UserRecord{record(model.KindGroup, "uid of night")}, change: func(w *model.World) {
			w.Groups = []model.Group{group}
			w.Groups[0].Members = []string{"ann"}
		}},
		"not by another group of the name":                 {user: "gil", records: []model.UserRecord{record(model.KindGroup, "uid of old")}, change: func(w *model.World) { w.Groups = []model.Group{group} }},
		"not by a group that has the UID of an assignment": {user: "gil", records: []model.UserRecord{record(model.KindAssignment, "uid of night")}, change: func(w *model.World) { w.Groups = []model.Group{group} }},
		"by their assignment of the platform":              {user: "sam", records: []model.UserRecord{record(model.KindPlatformAssignment, "uid of sam")}, held: true},
		"not by another's of the platform":                 {user: "sam", records: []model.UserRecord{record(model.KindPlatformAssignment, "uid of old")}},
		"not by one that does not pick the organization": {user: "sam", records: []model.UserRecord{record(model.KindPlatformAssignment, "uid of sam")}, change: func(w *model.World) {
			w.PlatformAssignments[0].Grants[0].Picks = false
			w.Assignments[len(w.Assignments)-1].User = "sam"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := support(-1, 1)
			w.Assignments = append(w.Assignments, assignment("gil", "gil"))
			if c.change != nil {
				c.change(w)
			}
			blank := w.Assignments[len(w.Assignments)-1].UID == "" && name == "not without a UID"
			identified(w)
			if blank {
				w.Assignments[len(w.Assignments)-1].UID = ""
			}
			w.Requested = []model.RequestedGrant{{Object: object(model.KindRequest, "r"), User: c.user, Role: role("payer"), Records: c.records}}
			if got := slices.Contains(sourcesOf(resolved(w), c.user), "ApprovalRequest/r grant"); got != c.held {
				t.Errorf("held: %t", got)
			}
		})
	}
}

// TestRequestedRoleIsNotInherited: a user who is created again, between two resolutions or with one between, does not hold what the
// one before them was given.
func TestRequestedRoleIsNotInherited(t *testing.T) {
	for _, between := range []bool{false, true} {
		w := shop()
		w.Requested = []model.RequestedGrant{{Object: object(model.KindRequest, "r"), User: "ann", Role: role("payer")}}
		identified(w)
		w.Assignments[0].Grants = nil
		h := history{world: w}
		if held := sourcesOf(h.resolve(), "ann"); len(held) != 1 {
			t.Fatalf("ann holds %v", held)
		}
		own := w.Assignments
		if between {
			w.Assignments = w.Assignments[1:]
			h.resolve("ann")
			w.Assignments = own
		}
		w.Assignments[0].UID = "uid of another"
		if held := sourcesOf(h.resolve("ann"), "ann"); len(held) != 0 {
			t.Errorf("another person of the id holds %v", held)
		}
	}
}

// TestIndirectRecords: the groups and assignments of the platform that make an id a user.
func TestIndirectRecords(t *testing.T) {
	w := support(-1, 1)
	w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"gil", "sam"}}}
	resolution := resolve.Organization(identified(w))
	for user, want := range map[string][]string{"sam": {"uid of sam", "uid of night"}, "gil": {"uid of night"}, "ann": nil, "zoe": nil} {
		var got []string
		for _, record := range resolution.IndirectRecords(user) {
			got = append(got, record.UID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is a user by %v, not by %v", user, got, want)
		}
	}
	w.Catalog = nil
	if got := resolve.Organization(w).IndirectRecords("sam"); got != nil {
		t.Errorf("without a catalog: %v", got)
	}
}
