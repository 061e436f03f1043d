// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// read decodes a file of testdata.
func read[T any](t *testing.T, name string) T {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var object T
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

func ref(kind, namespace, name string) model.Object {
	return model.Object{Ref: model.Ref{Kind: kind, Namespace: namespace, Name: name}}
}

// full is the world of testdata, where each kind says all that it can say.
func full() model.World {
	catalog := ref(model.KindCatalog, "", "care")
	catalog.Created = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	return model.World{
		Namespace: "health", Name: "hospital",
		Catalog: &model.Catalog{
			Object:   catalog,
			Sections: []string{"charts", "orders"},
			Permissions: []model.Permission{
				{Name: "chart.read", Section: "charts"},
				{Name: "order.enter", Section: "orders", Implies: []string{"chart.read"}, RequiredFeatures: []string{"ordering"}, Platform: true},
			},
			Qualifiers: []model.Qualifier{{Name: "own", Description: "Only one's own.", Expression: "resource.properties.owner == subject.id"}},
			Prohibitions: []model.Prohibition{{
				Selector: model.Selector{Permissions: []string{"chart.read"}, Sections: []string{"*"}},
				Name:     "frozen", Description: "Nothing while frozen.", Expression: "has(context.frozen)",
			}},
			Features: []string{"ordering"}, Entitlements: []string{"charge"},
			Plans:      []model.Plan{{Name: "small", Features: []string{"ordering"}, CustomRolesLimit: new(2)}, {Name: "large"}},
			Dimensions: []model.Dimension{{Name: "shift", Values: []string{"day", "night"}}},
		},
		Organization: &model.Organization{
			Object: ref(model.KindOrganization, "health", "hospital"), Catalog: "care", Features: []string{"ordering"},
		},
		Structures: []model.Structure{{
			Object: ref(model.KindStructure, "health", "hospital"),
			Units: []model.Unit{
				{Name: "main", Kind: "site", Attributes: model.Attributes{
					"beds": 12.0, "open": true, "name": "Main", "gone": nil, "tags": []any{"a", 1.0}, "head": map[string]any{"id": "ann"},
				}},
				{Name: "icu", Kind: "ward", Parent: "main"},
			},
			UnitGroups: []model.UnitGroup{{Name: "acute", Units: []string{"icu"}}},
		}},
		Roles: []model.Role{{
			Object: ref(model.KindRole, "health", "nurse"),
			Inherits: []model.Inheritance{
				{Role: model.RoleRef{Kind: model.KindRole, Name: "reader"}},
				{
					Role:   model.RoleRef{Kind: model.KindRole, Name: "clerk"},
					Except: model.Selector{Permissions: []string{"chart.read"}, Sections: []string{"orders"}},
				},
			},
			Rules: []model.Rule{{
				Selector:   model.Selector{Permissions: []string{"chart.read"}, Sections: []string{"orders"}},
				Qualifiers: []string{"own"}, RequiredFeatures: []string{"ordering"}, RequiredEntitlements: []string{"charge"},
			}},
		}},
		Assignments: []model.Assignment{{
			Object: ref(model.KindAssignment, "health", "ann"),
			User:   "ann@example.com", Suspended: true, DisplayName: "Ann Lee", Manager: "ben@example.com", HomeUnit: "icu",
			Attributes: model.Attributes{"level": 2.0},
			Grants: []model.Grant{
				{
					Name: "nurse", Role: model.RoleRef{Kind: model.KindRole, Name: "nurse"},
					Scope: model.Scope{
						Units: []string{"icu"}, Groups: []string{"acute"},
						Dimensions: []model.DimensionScope{{Name: "shift", Values: []string{"day"}}},
					},
					Window: model.Window{
						StartTime: time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), EndTime: time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
					},
					Entitlements: []string{"charge"},
				},
				{Name: "reader", Role: model.RoleRef{Kind: model.KindRole, Name: "reader"}},
			},
			Overrides: []model.Override{
				{Name: "chart-read", Permission: "chart.read", Deny: true, Window: model.Window{EndTime: time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)}},
				{Name: "order-enter", Permission: "order.enter", Scope: model.Scope{Everywhere: true, Dimensions: []model.DimensionScope{{Name: "shift", All: true}}}},
			},
		}},
	}
}

// TestEveryField: nothing that an object says is lost on the way into the model.
func TestEveryField(t *testing.T) {
	assignment := read[v1alpha1.UserAssignment](t, "assignment")
	worlds := intake.Worlds(intake.Objects{
		Catalogs:      []v1alpha1.PermissionCatalog{read[v1alpha1.PermissionCatalog](t, "catalog")},
		Organizations: []v1alpha1.Organization{read[v1alpha1.Organization](t, "organization")},
		Structures:    []v1alpha1.OrganizationStructure{read[v1alpha1.OrganizationStructure](t, "structure")},
		Roles:         []v1alpha1.Role{read[v1alpha1.Role](t, "role")},
		Assignments:   []*v1alpha1.UserAssignment{&assignment},
	})
	if owner := worlds[0].Elsewhere.OwnerOf(model.RoleRef{Kind: model.KindRole, Name: "nurse"}); owner != `organization "hospital" in namespace "health"` {
		t.Errorf("the role is that of %s", owner)
	}
	worlds[0].Elsewhere = nil
	if len(worlds) != 1 {
		t.Fatalf("%d worlds, want 1", len(worlds))
	}
	got, want := normalized(worlds[0]), normalized(full())
	for name, pair := range map[string][2]any{
		"catalog":      {got.Catalog, want.Catalog},
		"organization": {got.Organization, want.Organization},
		"roles":        {got.Roles, want.Roles},
		"assignments":  {got.Assignments, want.Assignments},
		"world":        {got, want},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s is\n%+v\nwant\n%+v", name, pair[0], pair[1])
		}
	}
}

// normalized turns every time into UTC, so that equal moments are equal values.
func normalized(world model.World) model.World {
	world.Catalog.Created = world.Catalog.Created.UTC()
	for i := range world.Assignments {
		a := &world.Assignments[i]
		for j := range a.Grants {
			a.Grants[j].Window = utc(a.Grants[j].Window)
		}
		for j := range a.Overrides {
			a.Overrides[j].Window = utc(a.Overrides[j].Window)
		}
	}
	return world
}

func utc(w model.Window) model.Window {
	return model.Window{StartTime: w.StartTime.UTC(), EndTime: w.EndTime.UTC()}
}

// TestEmptyObjects: what an object does not say is the zero value, never an invented one.
func TestEmptyObjects(t *testing.T) {
	if got := intake.Assignment(&v1alpha1.UserAssignment{}); !reflect.DeepEqual(got, model.Assignment{Object: ref(model.KindAssignment, "", "")}) {
		t.Errorf("assignment is %+v", got)
	}
	if got := intake.Role(&v1alpha1.Role{}); !reflect.DeepEqual(got, model.Role{Object: ref(model.KindRole, "", "")}) {
		t.Errorf("role is %+v", got)
	}
	if got := intake.Organization(&v1alpha1.Organization{}); !reflect.DeepEqual(*got, model.Organization{Object: ref(model.KindOrganization, "", "")}) {
		t.Errorf("organization is %+v", got)
	}
	if got := intake.Structure(&v1alpha1.OrganizationStructure{}); !reflect.DeepEqual(got, model.Structure{Object: ref(model.KindStructure, "", "")}) {
		t.Errorf("structure is %+v", got)
	}
	if got := intake.Catalog(&v1alpha1.PermissionCatalog{}); !reflect.DeepEqual(*got, model.Catalog{Object: ref(model.KindCatalog, "", "")}) {
		t.Errorf("catalog is %+v", got)
	}
}

// TestAttributeThatIsNotJSON: no API server stores one; it is null.
func TestAttributeThatIsNotJSON(t *testing.T) {
	units := []v1alpha1.Unit{{Attributes: v1alpha1.Attributes{"level": {Raw: []byte("{")}}}}
	structure := v1alpha1.OrganizationStructure{Spec: v1alpha1.OrganizationStructureSpec{Units: units}}
	value, given := intake.Structure(&structure).Units[0].Attributes["level"]
	if !given || value != nil {
		t.Errorf("level is %v, %v", value, given)
	}
}

// TestWorlds: one world for each organization that exists or is named, in order, each with its own objects alone.
func TestWorlds(t *testing.T) {
	var objects intake.Objects
	organization := func(namespace, name, catalog string) {
		var o v1alpha1.Organization
		o.Namespace, o.Name, o.Spec.CatalogRef.Name = namespace, name, catalog
		objects.Organizations = append(objects.Organizations, o)
	}
	role := func(namespace, name, of string) {
		var r v1alpha1.Role
		r.Namespace, r.Name, r.Spec.OrganizationRef.Name = namespace, name, of
		objects.Roles = append(objects.Roles, r)
	}
	structure := func(namespace, name, of string) {
		var s v1alpha1.OrganizationStructure
		s.Namespace, s.Name, s.Spec.OrganizationRef.Name = namespace, name, of
		objects.Structures = append(objects.Structures, s)
	}
	assignment := func(namespace, name, of string) {
		a := &v1alpha1.UserAssignment{}
		a.Namespace, a.Name, a.Spec.OrganizationRef.Name = namespace, name, of
		objects.Assignments = append(objects.Assignments, a)
	}
	var catalog v1alpha1.PermissionCatalog
	catalog.Name = "care"
	objects.Catalogs = []v1alpha1.PermissionCatalog{catalog}
	organization("b", "one", "care")
	organization("a", "two", "missing")
	organization("a", "one", "care")
	role("a", "reader", "one")
	role("b", "reader", "one")
	role("a", "lost", "three")
	assignment("b", "ann", "one")
	assignment("c", "ann", "one")
	structure("b", "sites", "one")
	structure("b", "wards", "one")
	structure("d", "sites", "one")

	type summary struct {
		name                           string
		organization, catalog          bool
		structures, roles, assignments int
	}
	var got []summary
	for _, w := range intake.Worlds(objects) {
		got = append(got, summary{w.Namespace + "/" + w.Name, w.Organization != nil, w.Catalog != nil, len(w.Structures), len(w.Roles), len(w.Assignments)})
	}
	want := []summary{
		{"a/one", true, true, 0, 1, 0},
		{"a/three", false, false, 0, 1, 0},
		{"a/two", true, false, 0, 0, 0},
		{"b/one", true, true, 2, 1, 1},
		{"c/one", false, false, 0, 0, 1},
		{"d/one", false, false, 1, 0, 0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("worlds are\n%v\nwant\n%v", got, want)
	}
}
