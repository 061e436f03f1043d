// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/test/property"
)

// TestEveryStateOfTheConsole: whatever happens to two organizations, the state that the console makes from the one before is the one
// that it makes from scratch, what each organization is told of the other included; and an organization to which nothing happened, and
// which was told nothing, is not resolved again.
func TestEveryStateOfTheConsole(t *testing.T) {
	var states, kept, told, gained int
	property.Check(t, func(t *rapid.T) {
		c, builder, elsewhere := newCluster(t), &state.Builder{}, []string(nil)
		var before *state.State
		for range rapid.IntRange(2, 6).Draw(t, "states") {
			for range rapid.IntRange(0, 3).Draw(t, "edits") {
				edits[rapid.SampledFrom(slices.Sorted(maps.Keys(edits))).Draw(t, "edit")](t, c)
			}
			if chance(t, "elsewhere", 3) {
				elsewhere = rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 0, 2, rapid.ID[string]).Draw(t, "roles elsewhere")
				slices.Sort(elsewhere) // Sources list objects by name, and findings without a file are in the order of the objects.
			}
			objects := objectsOf(c.read(t), elsewhere)
			got, err := builder.Build(validation.FromObjects(*objects), "", clock)
			if err != nil {
				t.Fatalf("%v", err)
			}
			want, err := state.New(validation.FromObjects(*objects), "", clock)
			if err != nil {
				t.Fatalf("%v", err)
			}
			told += compareStates(t, got, want)
			gained += compareGains(t, got, []*v1alpha1.ApprovalRequest{drawOpenRequest(t, c), drawOpenRequest(t, c)}[:rapid.IntRange(1, 2).Draw(t, "at once")])
			if before != nil {
				if o, was := got.Organization(namespace, "other"), before.Organization(namespace, "other"); o.Resolution == was.Resolution {
					kept++
				}
			}
			states++
			before = got
		}
	}, func() string {
		if kept < states/8 || told == 0 || gained < states/20 {
			return fmt.Sprintf("too little happened to show anything: %d states, %d kept, %d told of another organization, %d gained",
				states, kept, told, gained)
		}
		return ""
	})
}

// objectsOf returns the objects of an organization and of another one in the same namespace, which has some roles.
func objectsOf(members *intake.Members, elsewhere []string) *intake.Objects {
	objects := &intake.Objects{
		PlatformRoles: members.PlatformRoles, PlatformAssignments: members.PlatformAssignments, Structures: members.Structures,
		Roles: slices.Clone(members.Roles), Assignments: members.Assignments, Groups: members.Groups, Chains: members.Chains,
		Requests: members.Requests,
	}
	other := v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "other", UID: "other", Generation: 1}}
	other.Spec.CatalogRef.Name = "care"
	objects.Organizations = []v1alpha1.Organization{other}
	if members.Organization != nil {
		objects.Organizations = append(objects.Organizations, *members.Organization)
	}
	if members.Catalog != nil {
		objects.Catalogs = []v1alpha1.PermissionCatalog{*members.Catalog}
	}
	for _, name := range elsewhere {
		role := v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, UID: types.UID("elsewhere-" + name), Generation: 1,
		}}
		role.Spec.OrganizationRef.Name = "other"
		objects.Roles = append(objects.Roles, role)
	}
	return objects
}

// compareStates compares what pages show of two states, and returns how many findings name another organization.
func compareStates(t *rapid.T, got, want *state.State) (told int) {
	t.Helper()
	if !slices.Equal(got.Findings, want.Findings) {
		t.Fatalf("from the state before, there is found\n%v\nfrom scratch\n%v", got.Findings, want.Findings)
	}
	for i := range want.Findings {
		if strings.Contains(want.Findings[i].Message, "counts only there") {
			told++
		}
	}
	if len(got.Organizations) != len(want.Organizations) {
		t.Fatalf("from the state before, there are %d organizations, from scratch %d", len(got.Organizations), len(want.Organizations))
	}
	for i, o := range want.Organizations {
		live := got.Organizations[i]
		if live.Name != o.Name || !slices.Equal(live.Findings, o.Findings) || !slices.Equal(live.Users(), o.Users()) {
			t.Fatalf("from the state before, the organization is\n%+v\nfrom scratch\n%+v", live, o)
		}
		if !reflect.DeepEqual(live.Texts, o.Texts) {
			t.Fatalf("from the state before, the texts are\n%+v\nfrom scratch\n%+v", live.Texts, o.Texts)
		}
		if !reflect.DeepEqual(live.Document, o.Document) {
			t.Fatalf("from the state before, the document is\n%+v\nfrom scratch\n%+v", live.Document, o.Document)
		}
		if o.Document != nil && !reflect.DeepEqual(live.Counts(), o.Counts()) {
			t.Fatalf("from the state before, the grants are counted\n%+v\nfrom scratch\n%+v", live.Counts(), o.Counts())
		}
		if o.Document != nil && o.Name == organization {
			index, err := live.IndexAt(clock)
			if err != nil {
				t.Fatalf("%v", err)
			}
			compareDecisions(t, index, o.Document)
		}
	}
	return told
}

// compareGains compares what approvals would change with the difference between two resolutions from scratch. It returns 1 if anything.
func compareGains(t *rapid.T, s *state.State, asked []*v1alpha1.ApprovalRequest) int {
	t.Helper()
	o := s.Organization(namespace, organization)
	if o == nil || o.Document == nil {
		return 0
	}
	was, is := *o.World(), *o.World()
	was.Elsewhere, is.Elsewhere = o.Environment.Elsewhere, o.Environment.Elsewhere
	for _, request := range asked {
		is.Requested = append(is.Requested, intake.Requested(request, v1alpha1.Window{
			StartTime: new(metav1.NewTime(clock)), EndTime: new(metav1.NewTime(clock.Add(time.Hour))),
		}))
	}
	difference, err := change.Between(resolve.Organization(&was), resolve.Organization(&is), change.Options{At: clock, OmitLeft: true})
	if err != nil {
		t.Fatal(err)
	}
	want := report.NewSheet(difference)
	got := view.NewGains(o, asked, clock)
	if len(want.Tables)+len(want.Lists) == 0 {
		if got.Sheet != nil || got.Without != view.WithoutGain {
			t.Fatalf("approvals would change\n%+v\n%s\nfrom scratch nothing", got.Sheet, got.Cause)
		}
		return 0
	}
	if !reflect.DeepEqual(got.Sheet, want) {
		t.Fatalf("approvals would change\n%+v\n%s\nfrom scratch\n%+v", got.Sheet, got.Cause, want)
	}
	return 1
}
