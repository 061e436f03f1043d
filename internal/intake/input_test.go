// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

func stored(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, UID: types.UID("uid-of-" + name), Generation: 1}
}

// giving is a request that gives a role.
func giving(name string) v1alpha1.ApprovalRequest {
	request := approved("town", name, "clinic")
	request.UID = types.UID(name)
	return request
}

func members() *intake.Members {
	return &intake.Members{
		Organization:        &v1alpha1.Organization{ObjectMeta: stored("clinic")},
		Catalog:             &v1alpha1.PermissionCatalog{ObjectMeta: stored("care")},
		Structures:          []v1alpha1.OrganizationStructure{{ObjectMeta: stored("sites")}},
		Roles:               []v1alpha1.Role{{ObjectMeta: stored("nurse")}},
		Groups:              []v1alpha1.UserGroup{{ObjectMeta: stored("night")}},
		Chains:              []v1alpha1.ApprovalChain{{ObjectMeta: stored("leave")}},
		Requests:            []v1alpha1.ApprovalRequest{giving("holiday"), giving("weekend")},
		PlatformRoles:       []v1alpha1.PlatformRole{{ObjectMeta: stored("support")}},
		PlatformAssignments: []v1alpha1.PlatformAssignment{{ObjectMeta: stored("una")}},
		Assignments:         []*v1alpha1.UserAssignment{{ObjectMeta: stored("ann")}},
	}
}

// TestReadEnvironment: whatever differs beside assignments and requests, everything may differ; and only then is it translated.
func TestReadEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		change func(m *intake.Members)
		same   bool
	}{
		"nothing":                          {func(*intake.Members) {}, true},
		"an assignment":                    {func(m *intake.Members) { m.Assignments[0].Generation++ }, true},
		"another assignment":               {func(m *intake.Members) { m.Assignments = nil }, true},
		"a status":                         {func(m *intake.Members) { m.Roles[0].Status.ObservedGeneration = 7 }, true},
		"the organization":                 {func(m *intake.Members) { m.Organization.Generation++ }, false},
		"the organization's labels":        {func(m *intake.Members) { m.Organization.Labels = map[string]string{"region": "east"} }, false},
		"an organization of the same name": {func(m *intake.Members) { m.Organization.UID = "later" }, false},
		"the catalog":                      {func(m *intake.Members) { m.Catalog.Generation++ }, false},
		"the catalog is gone":              {func(m *intake.Members) { m.Catalog = nil }, false},
		"a structure":                      {func(m *intake.Members) { m.Structures[0].Generation++ }, false},
		"a structure is gone":              {func(m *intake.Members) { m.Structures = nil }, false},
		"a role":                           {func(m *intake.Members) { m.Roles[0].Generation++ }, false},
		"a role is gone":                   {func(m *intake.Members) { m.Roles = nil }, false},
		"a group":                          {func(m *intake.Members) { m.Groups[0].Generation++ }, false},
		"a chain":                          {func(m *intake.Members) { m.Chains[0].Generation++ }, false},
		"a request that gives none comes": {func(m *intake.Members) {
			m.Requests = append(m.Requests, giving("extra"))
			m.Requests[2].Status.State = v1alpha1.RequestDenied
		}, true},
		"a platform role":                   {func(m *intake.Members) { m.PlatformRoles[0].Generation++ }, false},
		"a platform assignment":             {func(m *intake.Members) { m.PlatformAssignments[0].Generation++ }, false},
		"nothing, but of an unknown object": {func(m *intake.Members) { m.Roles[0].UID = "" }, false},
		"one group in place of another":     {func(m *intake.Members) { m.Groups[0].UID = "other" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			before, first := intake.Read(nil, "town", "clinic", members())
			changed := members()
			test.change(changed)
			after, difference := intake.Read(before, "town", "clinic", changed)
			if !first.IsEverything() || difference.OnlyUsers() != test.same || (before.World == after.World) != test.same {
				t.Errorf("the difference is %v, the same world: %v; want the same: %v", difference, before.World == after.World, test.same)
			}
			want := intake.World("town", "clinic", changed)
			want.Assignments = nil
			if !reflect.DeepEqual(&want, after.World) && !test.same {
				t.Errorf("the world is\n%+v\nwant\n%+v", after.World, &want)
			}
		})
	}
}

// TestReadRequests: a user differs if a request begins or ceases to give them a role, or gives it until another end.
func TestReadRequests(t *testing.T) {
	for name, change := range map[string]func(m *intake.Members){
		"ends": func(m *intake.Members) {
			m.Requests[0].Status.Grant.RevocationTime = m.Requests[0].Status.Grant.StartTime
		},
		"is deleted": func(m *intake.Members) { m.Requests[0].DeletionTimestamp = m.Requests[0].Status.Grant.StartTime },
		"is gone":    func(m *intake.Members) { m.Requests = m.Requests[1:] },
		"is prolonged": func(m *intake.Members) {
			m.Requests[0].Status.Grant.EndTime = &metav1.Time{Time: m.Requests[0].Status.Grant.EndTime.Add(time.Hour)}
		},
		"begins earlier": func(m *intake.Members) {
			m.Requests[0].Status.Grant.StartTime = &metav1.Time{Time: m.Requests[0].Status.Grant.StartTime.Add(-time.Hour)}
		},
		"comes":      func(m *intake.Members) { m.Requests = append(m.Requests, giving("extra")) },
		"has no UID": func(m *intake.Members) { m.Requests[0].UID = "" },
		"is given to someone who is known": func(m *intake.Members) {
			m.Requests[0].Status.BeneficiaryRecords = []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: "one"}}
		},
		"takes another's place": func(m *intake.Members) { m.Requests[0].UID = "later" },
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := intake.Read(nil, "town", "clinic", members())
			former := *before.World
			changed := members()
			changed.Requests[0].Spec.Beneficiary = ""
			change(changed)
			after, difference := intake.Read(before, "town", "clinic", changed)
			user := string(changed.Requests[0].Spec.Requester)
			if difference.IsEverything() || difference.IsEmpty() || !difference.Includes(user) || difference.Includes("nobody") {
				t.Errorf("the difference is %v", difference)
			}
			if !reflect.DeepEqual(former, *before.World) {
				t.Error("the world that was read before has changed")
			}
			want := intake.World("town", "clinic", changed)
			want.Assignments = nil
			if !reflect.DeepEqual(&want, after.World) {
				t.Errorf("the world is\n%+v\nwant\n%+v", after.World, &want)
			}
			if _, again := intake.Read(after, "town", "clinic", changed); again.IsEmpty() != (name != "has no UID") {
				t.Errorf("to read the same again differs by %v", again)
			}
		})
	}
}

// TestReadAnotherOrganization: what was read of one organization is nothing to another, even if the same objects are its own.
func TestReadAnotherOrganization(t *testing.T) {
	before, _ := intake.Read(nil, "town", "clinic", members())
	for _, other := range [][2]string{{"town", "other"}, {"other", "clinic"}} {
		after, difference := intake.Read(before, other[0], other[1], members())
		if !difference.IsEverything() || after.World.Namespace != other[0] || after.World.Name != other[1] {
			t.Errorf("%v: the difference is %v, the world that of %s/%s", other, difference, after.World.Namespace, after.World.Name)
		}
	}
}

func assigned(name, user string) *v1alpha1.UserAssignment {
	a := &v1alpha1.UserAssignment{ObjectMeta: stored(name)}
	a.Spec.User = v1alpha1.UserID(user)
	return a
}

func changedTo(a *v1alpha1.UserAssignment, user string, generation int64, uid types.UID) *v1alpha1.UserAssignment {
	changed := a.DeepCopy()
	changed.Spec.User, changed.Generation, changed.UID = v1alpha1.UserID(user), generation, uid
	return changed
}

// TestReadAssignments: a user differs if any of their assignments changed, was added or was removed; and the next reading of
// the same finds no difference, but of what has no UID.
func TestReadAssignments(t *testing.T) {
	ann, annMore, ben := assigned("ann", "ann"), assigned("ann-more", "ann"), assigned("ben", "ben")
	nobody := changedTo(ben, "cem", 1, "")
	for name, test := range map[string]struct {
		before, after intake.Assignments
		want, again   []string
	}{
		"nothing, in another order":        {intake.Assignments{ann, annMore, ben}, intake.Assignments{ben, annMore, ann}, nil, nil},
		"another generation":               {intake.Assignments{ann, annMore, ben}, intake.Assignments{ann, changedTo(annMore, "ann", 2, annMore.UID), ben}, []string{"ann"}, nil},
		"one more":                         {intake.Assignments{ann, ben}, intake.Assignments{ann, annMore, ben}, []string{"ann"}, nil},
		"a first one":                      {intake.Assignments{ann}, intake.Assignments{ann, ben}, []string{"ben"}, nil},
		"one less":                         {intake.Assignments{ann, annMore, ben}, intake.Assignments{ann, ben}, []string{"ann"}, nil},
		"the last one":                     {intake.Assignments{ann, annMore, ben}, intake.Assignments{ann, annMore}, []string{"ben"}, nil},
		"all":                              {intake.Assignments{ann, annMore, ben}, nil, []string{"ann", "ben"}, nil},
		"one less, and another of another": {intake.Assignments{ann, annMore, ben}, intake.Assignments{ann, changedTo(ben, "ben", 2, ben.UID)}, []string{"ann", "ben"}, nil},
		"another generation, and the last of another": {
			intake.Assignments{ann, annMore, ben}, intake.Assignments{changedTo(ann, "ann", 2, ann.UID), annMore}, []string{"ann", "ben"}, nil,
		},
		"one less and one more of a user":     {intake.Assignments{ann, ben}, intake.Assignments{annMore, ben}, []string{"ann"}, nil},
		"created again under the same name":   {intake.Assignments{ann, ben}, intake.Assignments{changedTo(ann, "ann", 1, "later"), ben}, []string{"ann"}, nil},
		"created again for another":           {intake.Assignments{ann, ben}, intake.Assignments{changedTo(ann, "cem", 1, "later"), ben}, []string{"ann", "cem"}, nil},
		"the same without UID":                {intake.Assignments{ann, nobody}, intake.Assignments{ann, nobody}, []string{"cem"}, []string{"cem"}},
		"one without UID is gone":             {intake.Assignments{ann, nobody}, intake.Assignments{ann}, []string{"cem"}, nil},
		"one without UID is gone, one is new": {intake.Assignments{ann, nobody}, intake.Assignments{ann, ben}, []string{"ben", "cem"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			all := members()
			all.Assignments = test.before
			before, _ := intake.Read(nil, "town", "clinic", all)
			all.Assignments = test.after
			after, difference := intake.Read(before, "town", "clinic", all)
			if got := slices.Sorted(difference.Users()); difference.IsEverything() || !slices.Equal(got, test.want) {
				t.Errorf("the users who differ are %q, want %q", got, test.want)
			}
			_, again := intake.Read(after, "town", "clinic", all)
			if got := slices.Sorted(again.Users()); again.IsEverything() || !slices.Equal(got, test.again) {
				t.Errorf("when it is read again, the users who differ are %q, want %q", got, test.again)
			}
			for _, a := range test.before {
				current := slices.ContainsFunc(test.after, func(b *v1alpha1.UserAssignment) bool { return a == b && a.UID != "" })
				if after.IsCurrentFor(a) != current || before.IsCurrentFor(a) != (a.UID != "") {
					t.Errorf("%s is current: before %v, after %v", a.Name, before.IsCurrentFor(a), after.IsCurrentFor(a))
				}
			}
		})
	}
}

// TestAssignmentsOfUsers: those of the users who may differ are translated, all of each.
func TestAssignmentsOfUsers(t *testing.T) {
	all := intake.Assignments{assigned("ann", "ann"), assigned("ben", "ben"), assigned("ann-more", "ann")}
	for _, test := range []struct {
		difference model.Difference
		want       []string
	}{
		{model.Everything(), []string{"ann ann", "ann ann-more", "ben ben"}},
		{model.OfUsers(slices.Values([]string{"ann", "cem"})), []string{"ann ann", "ann ann-more"}},
		{model.Difference{}, nil},
	} {
		var got []string
		for user, own := range all.Of(test.difference) {
			for _, a := range own {
				got = append(got, user+" "+a.Name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("of %v there are %q, want %q", test.difference, got, test.want)
		}
	}
}

// TestReadInAnotherOrder: in whichever order a cache lists the same objects, nothing differs.
func TestReadInAnotherOrder(t *testing.T) {
	listed := members()
	listed.Roles = []v1alpha1.Role{{ObjectMeta: stored("nurse")}, {ObjectMeta: stored("head")}, {ObjectMeta: stored("clerk")}}
	before, _ := intake.Read(nil, "town", "clinic", listed)
	slices.Reverse(listed.Roles)
	if after, difference := intake.Read(before, "town", "clinic", listed); !difference.IsEmpty() || after.World != before.World {
		t.Errorf("the difference is %v", difference)
	}
}
