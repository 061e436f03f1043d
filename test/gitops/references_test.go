// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"cmp"
	"flag"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the generated configuration of kustomize")

const (
	referencesFile = "../../docs/examples/gitops/namereference.yaml"
	licence        = "# SPDX-License-Identifier: Apache-2.0\n#\n" +
		"# The fields by which Rolewright's kinds refer to each other, for kustomize:\n" +
		"# configurations: [namereference.yaml]\n"
)

// specs are what people write of each kind. Requests and decisions are written by people at work, by names that no pipeline changes.
var specs = map[string]any{
	"Organization": v1alpha1.OrganizationSpec{}, "OrganizationStructure": v1alpha1.OrganizationStructureSpec{}, "Role": v1alpha1.RoleSpec{},
	"UserAssignment": v1alpha1.UserAssignmentSpec{}, "UserGroup": v1alpha1.UserGroupSpec{}, "ApprovalChain": v1alpha1.ApprovalChainSpec{},
	"PermissionCatalog": v1alpha1.PermissionCatalogSpec{}, "PlatformRole": v1alpha1.PlatformRoleSpec{},
	"PlatformAssignment": v1alpha1.PlatformAssignmentSpec{},
}

// targets are the kinds to which each type of reference refers.
var targets = map[reflect.Type][]string{
	reflect.TypeFor[v1alpha1.OrganizationReference](): {"Organization"},
	reflect.TypeFor[v1alpha1.CatalogReference]():      {"PermissionCatalog"},
	reflect.TypeFor[v1alpha1.RoleReference]():         {"Role", "PlatformRole"},
	reflect.TypeFor[v1alpha1.PlatformRoleReference](): {"PlatformRole"},
	reflect.TypeFor[v1alpha1.UserGroupReference]():    {"UserGroup"},
}

type fieldSpec struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
}

type nameReference struct {
	Group      string      `json:"group"`
	Kind       string      `json:"kind"`
	FieldSpecs []fieldSpec `json:"fieldSpecs"`
}

// references finds every reference in the types of the API.
func references() []nameReference {
	found := map[string][]fieldSpec{}
	for kind, spec := range specs {
		eachField(reflect.TypeOf(spec), "spec", func(of reflect.Type, path string) {
			for _, target := range targets[of] {
				found[target] = append(found[target], fieldSpec{path + "/name", kind})
			}
		})
	}
	list := make([]nameReference, 0, len(found))
	for kind, fields := range found {
		slices.SortFunc(fields, func(a, b fieldSpec) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path)) })
		list = append(list, nameReference{v1alpha1.GroupVersion.Group, kind, fields})
	}
	slices.SortFunc(list, func(a, b nameReference) int { return cmp.Compare(a.Kind, b.Kind) })
	return list
}

// eachField calls a function with the type and the path of every field in a type. Kustomize looks into every element of a list.
func eachField(of reflect.Type, path string, call func(reflect.Type, string)) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || !strings.HasPrefix(of.PkgPath(), reflect.TypeFor[v1alpha1.Role]().PkgPath()) {
		return
	}
	call(of, path)
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		eachField(field.Type, strings.TrimSuffix(path+"/"+name, "/"), call)
	}
}

// TestNameReferences: kustomize knows every field that refers to another object.
func TestNameReferences(t *testing.T) {
	text, err := yaml.Marshal(map[string]any{"nameReference": references()})
	if err != nil {
		t.Fatal(err)
	}
	isCurrent(t, referencesFile, licence+string(text))
}

// TestEveryReferenceHasATarget: each type of the API that is called a reference is known here, or refers to no object that is renamed.
func TestEveryReferenceHasATarget(t *testing.T) {
	// Constraints are named inside objects.
	others := []string{"ConstraintReference"}
	for kind, spec := range specs {
		eachField(reflect.TypeOf(spec), "spec", func(of reflect.Type, path string) {
			if strings.HasSuffix(of.Name(), "Reference") && targets[of] == nil && !slices.Contains(others, of.Name()) {
				t.Errorf("%s %s is a %s, of which kustomize learns nothing", kind, path, of.Name())
			}
		})
	}
}
