// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// resolved reads the manifests of a system and resolves its organization.
func (s system) resolved() (*resolve.Resolution, error) {
	objects, err := s.objects()
	if err != nil {
		return nil, err
	}
	worlds := intake.Worlds(objects)
	if len(worlds) != 1 || worlds[0].Namespace != s.namespace || worlds[0].Name != s.organization {
		return nil, fmt.Errorf("%s holds %d organizations; it must hold %s/%s alone", s.samples(), len(worlds), s.namespace, s.organization)
	}
	return resolve.Organization(&worlds[0]), nil
}

// objects reads the manifests of a system, and those of further folders.
func (s system) objects(further ...string) (intake.Objects, error) {
	var objects intake.Objects
	set, err := (&manifests.Reader{}).Read(append(further, s.samples())...)
	if err != nil {
		return objects, err
	}
	if len(set.Diagnostics) > 0 {
		return objects, fmt.Errorf("%s: %s", set.Diagnostics[0].Position, set.Diagnostics[0].Message)
	}
	for _, object := range set.Objects {
		if err := add(&objects, object); err != nil {
			return objects, fmt.Errorf("%s: %w", object.Position, err)
		}
	}
	return objects, nil
}

func add(objects *intake.Objects, object *manifests.Object) error {
	switch object.GVK.Kind {
	case "PermissionCatalog":
		return decode(object.Value, &objects.Catalogs)
	case "PlatformRole":
		return decode(object.Value, &objects.PlatformRoles)
	case "PlatformAssignment":
		return decode(object.Value, &objects.PlatformAssignments)
	case "Organization":
		return decode(object.Value, &objects.Organizations)
	case "OrganizationStructure":
		return decode(object.Value, &objects.Structures)
	case "Role":
		return decode(object.Value, &objects.Roles)
	case "UserAssignment":
		assignment := &v1alpha1.UserAssignment{}
		objects.Assignments = append(objects.Assignments, assignment)
		return convert(object.Value, assignment)
	case "UserGroup":
		return decode(object.Value, &objects.Groups)
	case "ApprovalChain":
		return decode(object.Value, &objects.Chains)
	default:
		return fmt.Errorf("%s has no kind of %s", object, v1alpha1.GroupVersion)
	}
}

func decode[T any](value map[string]any, into *[]T) error {
	var object T
	if err := convert(value, &object); err != nil {
		return err
	}
	*into = append(*into, object)
	return nil
}

// field reads a field of an object. If it is absent, the value stays as it is.
func field(object *unstructured.Unstructured, into any, name string) error {
	return convert(object.Object[name], into)
}

// convert converts through JSON.
func convert(value, into any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// platform resolves the objects that belong to no organization.
func platform(objects intake.Objects) *resolve.PlatformResolution {
	var catalogs []*model.Catalog
	for i := range objects.Catalogs {
		catalogs = append(catalogs, intake.Catalog(&objects.Catalogs[i]))
	}
	var roles []model.Role
	for i := range objects.PlatformRoles {
		roles = append(roles, intake.PlatformRole(&objects.PlatformRoles[i]))
	}
	var assignments []model.PlatformAssignment
	for i := range objects.PlatformAssignments {
		assignments = append(assignments, intake.PlatformAssignment(&objects.PlatformAssignments[i], nil))
	}
	return resolve.Platform(catalogs, roles, assignments)
}
