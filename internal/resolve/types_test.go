// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestKindsOfUsers: a kind by which users are called counts for nothing, and is none that is off the tree; the unit stays.
func TestKindsOfUsers(t *testing.T) {
	ward := unit("north", "all")
	ward.Kind = "person"
	lost := unit("lost", "nowhere")
	lost.Kind = "person"
	for name, test := range map[string]struct {
		types []string
		kind  string
		found int
	}{
		"another word":        {[]string{"user"}, "person", 0},
		"the word":            {[]string{"user", "person"}, "", 2},
		"not the default one": {nil, "person", 0},
	} {
		world := shop()
		world.Catalog.SubjectTypes = test.types
		world.Structures = []model.Structure{structured("a", 1, unit("all", ""), ward, lost)}
		resolution := resolve.Organization(world)
		north, placed := resolution.Document.Units["north"]
		found := 0
		for _, f := range resolution.Findings {
			if f.Reason == resolve.ReasonAmbiguousType && f.Severity == resolve.Error {
				found++
			}
		}
		if !placed || north.Kind != test.kind || north.Parent != "all" || found != test.found || len(resolution.Document.UnplacedKinds) > 0 {
			t.Errorf("%s: unit %+v, placed %v, kinds off the tree %v; %d found, want %d\n%v", name, north, placed, resolution.Document.UnplacedKinds,
				found, test.found, resolution.Findings)
		}
		if ward.Kind != "person" || world.Structures[0].Units[1].Kind != "person" {
			t.Fatalf("%s: the model itself has changed", name)
		}
	}
}

// TestTypedSchema: a document that says what subjects and resources are called has a format that earlier readers refuse, and no other has.
func TestTypedSchema(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*model.Catalog)
		want   string
	}{
		"neither":        {func(*model.Catalog) {}, document.Schema},
		"subject types":  {func(c *model.Catalog) { c.SubjectTypes = []string{"identity"} }, document.TypedSchema},
		"user by itself": {func(c *model.Catalog) { c.SubjectTypes = []string{"user"} }, document.TypedSchema},
		"resource types": {func(c *model.Catalog) { c.Permissions[0].ResourceTypes = []string{"b", "a", "b"} }, document.TypedSchema},
	} {
		world := shop()
		test.change(world.Catalog)
		doc := resolve.Organization(world).Document
		if doc.Schema != test.want || !slices.Equal(doc.SubjectTypes, world.Catalog.SubjectTypes) {
			t.Errorf("%s: schema %s, subject types %v", name, doc.Schema, doc.SubjectTypes)
		}
		if name == "resource types" {
			same(t, name, doc.Permissions[world.Catalog.Permissions[0].Name].ResourceTypes, []string{"a", "b"})
		}
	}
}
