// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
)

// selects reports whether a grant over organizations selects one, read from the labels alone.
func selects(t *testing.T, grant *v1alpha1.PlatformGrant, o *state.Organization) bool {
	t.Helper()
	switch picked := grant.Organizations; {
	case picked == nil:
		return false
	case picked.All != nil && *picked.All:
		return true
	default:
		selector, err := metav1.LabelSelectorAsSelector(picked.Selector)
		if err != nil {
			t.Fatal(err)
		}
		return picked.Selector != nil && !selector.Empty() && selector.Matches(labels.Set(o.Members.Organization.Labels))
	}
}

// TestPlatformHoldings: each grant of each platform assignment is on the page with just those organizations that it selects and whose catalog
// has the role, unless its user is suspended.
func TestPlatformHoldings(t *testing.T) {
	s := readAll(t, "../../../config/samples", "../../../cmd/rolewright/cli/testdata/platform")
	shown := map[string]PlatformHolding{}
	p := NewPlatform(s, PlatformQuery{})
	for _, holding := range p.Holdings {
		shown[holding.Ref.Name+" "+holding.Field] = holding
	}
	counted, omitted := 0, 0
	for i := range s.Objects.PlatformAssignments {
		written := &s.Objects.PlatformAssignments[i]
		for j := range written.Spec.Grants {
			grant := &written.Spec.Grants[j]
			holding, is := shown[written.Name+" spec.grants["+string(grant.Name)+"]"]
			if !is || holding.User != string(written.Spec.User) || holding.Role != grant.RoleRef.Name {
				t.Errorf("%s: grant %s is shown as %+v", written.Name, grant.Name, holding)
			}
			var want []string
			for _, o := range s.Organizations {
				role := slices.IndexFunc(o.Environment.PlatformRoles, func(r model.Role) bool { return r.Name == grant.RoleRef.Name && r.Platform })
				if role >= 0 && selects(t, grant, o) && !o.Document.Users[holding.User].Suspended {
					want = append(want, o.Name)
				} else {
					omitted++
				}
			}
			var got []string
			for _, o := range holding.Organizations {
				got = append(got, o.Name)
			}
			if holding.Count != len(want) || !slices.Equal(got, want[:min(len(want), mostPicked)]) {
				t.Errorf("%s: grant %s counts in %v, %d in all, want %v", written.Name, grant.Name, got, holding.Count, want)
			}
			counted += len(want)
		}
	}
	if counted < 4 || omitted < 4 || len(p.Holdings) != len(shown) {
		t.Errorf("%d holdings are shown %d times, and count %d times in an organization, %d times not", len(shown), len(p.Holdings), counted, omitted)
	}
}

// TestPlatformLists: catalogs and roles say who uses them, and a text or a role narrows the lists.
func TestPlatformLists(t *testing.T) {
	s := readAll(t, "../../../config/samples", "../../../cmd/rolewright/cli/testdata/platform")
	p := NewPlatform(s, PlatformQuery{})
	uses, roles := 0, 0
	for _, catalog := range p.Catalogs {
		uses, roles = uses+catalog.Organizations, roles+catalog.Roles
		page := NewCatalog(s, catalog.Ref.Name, "")
		permissions := 0
		for _, section := range page.Sections {
			permissions += len(section.Permissions)
		}
		if len(page.Using) != catalog.Organizations || len(page.PlatformRoles) != catalog.Roles || permissions != catalog.Permissions {
			t.Errorf("the page of %+v has %d organizations, %d roles and %d permissions", catalog, len(page.Using), len(page.PlatformRoles), permissions)
		}
	}
	if uses != len(s.Organizations) || roles != len(s.Objects.PlatformRoles) || len(p.Roles) != roles || roles == 0 {
		t.Errorf("%d organizations use a catalog of %d, %d of %d roles come with one", uses, len(s.Organizations), roles, len(p.Roles))
	}
	if NewCatalog(s, "none", "") != nil {
		t.Error("there is a page of a catalog that is not there")
	}
	for _, role := range p.Roles {
		of := NewPlatform(s, PlatformQuery{Role: role.Ref.Name})
		users := map[string]bool{}
		for _, holding := range of.Holdings {
			users[holding.User] = true
			if holding.Role != role.Ref.Name {
				t.Errorf("%+v is no holder of %s", holding, role.Ref.Name)
			}
		}
		if role.Over && len(users) != role.Holders {
			t.Errorf("%d users hold %s, want %d", len(users), role.Ref.Name, role.Holders)
		}
	}
	some := NewPlatform(s, PlatformQuery{Filter: "ROOT@platform"})
	if len(some.Holdings) != 1 || len(some.Catalogs)+len(some.Roles) != 0 {
		t.Errorf("of root there are %+v", some)
	}
}

// TestPlatformIsPaged: each list has pages of its own.
func TestPlatformIsPaged(t *testing.T) {
	s := &state.State{Objects: readAll(t, "../../../config/samples/homehealth").Objects}
	objects := *s.Objects
	s.Objects = &objects
	for i := range 250 {
		written := v1alpha1.PlatformAssignment{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("extra-%03d", i)}}
		written.Spec.User = v1alpha1.UserID(fmt.Sprintf("extra-%03d", i))
		objects.PlatformAssignments = append(objects.PlatformAssignments, written)
	}
	var users []string
	for page := "1"; page != ""; {
		p := NewPlatform(s, PlatformQuery{Filter: "extra-", Holdings: page})
		for _, holding := range p.Holdings {
			users = append(users, holding.User)
		}
		page = p.HoldingPages.Next
	}
	if len(users) != 250 || !slices.IsSorted(users) {
		t.Errorf("%d users are shown: %s", len(users), strings.Join(users[:min(3, len(users))], ", "))
	}
}
