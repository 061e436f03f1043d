// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Indexed fields.
const (
	organizationField = "spec.organizationRef.name"
	catalogField      = "spec.catalogRef.name"
)

// Index registers the indexes that the lookups need. It also makes the cache hold these kinds.
func Index(ctx context.Context, indexer client.FieldIndexer) error {
	type index struct {
		object client.Object
		field  string
		value  func(client.Object) []string
	}
	for _, i := range []index{
		{&v1alpha1.Organization{}, catalogField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.Organization).Spec.CatalogRef.Name}
		}},
		{&v1alpha1.PlatformRole{}, catalogField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.PlatformRole).Spec.CatalogRef.Name}
		}},
		{&v1alpha1.OrganizationStructure{}, organizationField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.OrganizationStructure).Spec.OrganizationRef.Name}
		}},
		{&v1alpha1.Role{}, organizationField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.Role).Spec.OrganizationRef.Name}
		}},
		{&v1alpha1.UserGroup{}, organizationField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.UserGroup).Spec.OrganizationRef.Name}
		}},
		{&v1alpha1.ApprovalChain{}, organizationField, chainOrganization},
		{&v1alpha1.ApprovalRequest{}, organizationField, requestOrganization},
		{&v1alpha1.ApprovalRequest{}, givesField, givingOrganization},
		{&v1alpha1.ApprovalRequest{}, renewalField, renewedRequest},
		{&v1alpha1.ApprovalDecision{}, requestField, decisionRequest},
	} {
		if err := indexer.IndexField(ctx, i.object, i.field, i.value); err != nil {
			return fmt.Errorf("indexing %T by %s: %w", i.object, i.field, err)
		}
	}
	return nil
}

// Organization returns an organization, nil when it does not exist.
func Organization(ctx context.Context, reader client.Reader, key types.NamespacedName) (*v1alpha1.Organization, error) {
	return get(ctx, reader, key, &v1alpha1.Organization{})
}

// Catalog returns a catalog, nil when it does not exist.
func Catalog(ctx context.Context, reader client.Reader, name string) (*v1alpha1.PermissionCatalog, error) {
	return get(ctx, reader, types.NamespacedName{Name: name}, &v1alpha1.PermissionCatalog{})
}

// Catalogs returns all catalogs.
func Catalogs(ctx context.Context, reader client.Reader) ([]v1alpha1.PermissionCatalog, error) {
	catalogs := &v1alpha1.PermissionCatalogList{}
	err := list(ctx, reader, catalogs)
	return catalogs.Items, err
}

// PlatformMembers returns what a platform document is resolved from, nil if its catalog does not exist or is being deleted.
func PlatformMembers(ctx context.Context, reader client.Reader, key types.NamespacedName) (*intake.Members, error) {
	name, _ := document.PlatformCatalog(key.Name)
	catalog, err := Catalog(ctx, reader, name)
	if err != nil || catalog == nil || !catalog.DeletionTimestamp.IsZero() {
		return nil, err
	}
	roles, err := PlatformRoles(ctx, reader, name)
	if err != nil {
		return nil, err
	}
	assignments := &v1alpha1.PlatformAssignmentList{}
	if err := list(ctx, reader, assignments); err != nil {
		return nil, err
	}
	return intake.PlatformMembers(key.Namespace, catalog, roles, assignments.Items), nil
}

// Structures returns the structures that refer to an organization.
func Structures(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.OrganizationStructure, error) {
	structures := &v1alpha1.OrganizationStructureList{}
	err := referring(ctx, reader, structures, organization)
	return structures.Items, err
}

// Roles returns the roles that refer to an organization.
func Roles(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.Role, error) {
	roles := &v1alpha1.RoleList{}
	err := referring(ctx, reader, roles, organization)
	return roles.Items, err
}

// Assignment returns a user assignment, nil when it does not exist.
func Assignment(ctx context.Context, reader client.Reader, key types.NamespacedName) (*v1alpha1.UserAssignment, error) {
	return get(ctx, reader, key, &v1alpha1.UserAssignment{})
}

// Groups returns the user groups that refer to an organization.
func Groups(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.UserGroup, error) {
	groups := &v1alpha1.UserGroupList{}
	err := referring(ctx, reader, groups, organization)
	return groups.Items, err
}

// Objects returns all that an organization is resolved from.
func Objects(ctx context.Context, reader client.Reader, assignments *Assignments, key types.NamespacedName) (*intake.Members, error) {
	objects, err := Environment(ctx, reader, key)
	if err != nil {
		return nil, err
	}
	return objects, assignments.AddTo(objects, key)
}

// Environment returns all that an organization is resolved from but user assignments.
func Environment(ctx context.Context, reader client.Reader, key types.NamespacedName) (*intake.Members, error) {
	objects := &intake.Members{}
	var err error
	if objects.Organization, err = Organization(ctx, reader, key); err != nil {
		return nil, err
	}
	if objects.Organization != nil {
		if err := shared(ctx, reader, objects); err != nil {
			return nil, err
		}
	}
	if objects.Structures, err = Structures(ctx, reader, key); err != nil {
		return nil, err
	}
	if objects.Roles, err = Roles(ctx, reader, key); err != nil {
		return nil, err
	}
	if objects.Groups, err = Groups(ctx, reader, key); err != nil {
		return nil, err
	}
	if objects.Chains, err = Chains(ctx, reader, key); err != nil {
		return nil, err
	}
	objects.Requests, err = givingRequests(ctx, reader, key)
	return objects, err
}

// shared adds what an organization shares with others.
func shared(ctx context.Context, reader client.Reader, objects *intake.Members) (err error) {
	catalog := objects.Organization.Spec.CatalogRef.Name
	if objects.Catalog, err = Catalog(ctx, reader, catalog); err != nil {
		return err
	}
	if objects.PlatformRoles, err = PlatformRoles(ctx, reader, catalog); err != nil {
		return err
	}
	assignments := &v1alpha1.PlatformAssignmentList{}
	if err := list(ctx, reader, assignments); err != nil {
		return err
	}
	objects.PlatformAssignments = assignments.Items
	return nil
}

// PlatformRoles returns the PlatformRoles of a catalog, whether or not it exists.
func PlatformRoles(ctx context.Context, reader client.Reader, catalog string) ([]v1alpha1.PlatformRole, error) {
	roles := &v1alpha1.PlatformRoleList{}
	err := list(ctx, reader, roles, client.MatchingFields{catalogField: catalog})
	return roles.Items, err
}

// PlatformRole returns a PlatformRole, nil when it does not exist.
func PlatformRole(ctx context.Context, reader client.Reader, name string) (*v1alpha1.PlatformRole, error) {
	return get(ctx, reader, types.NamespacedName{Name: name}, &v1alpha1.PlatformRole{})
}

// OrganizationsOf returns the organizations that refer to a catalog, whether or not it exists.
func OrganizationsOf(ctx context.Context, reader client.Reader, catalog string) ([]v1alpha1.Organization, error) {
	organizations := &v1alpha1.OrganizationList{}
	err := list(ctx, reader, organizations, client.MatchingFields{catalogField: catalog})
	return organizations.Items, err
}

// Organizations returns all organizations that the options select.
func Organizations(ctx context.Context, reader client.Reader, options ...client.ListOption) ([]v1alpha1.Organization, error) {
	organizations := &v1alpha1.OrganizationList{}
	err := list(ctx, reader, organizations, options...)
	return organizations.Items, err
}

// Platform returns all objects that belong to no organization, and all organizations.
func Platform(ctx context.Context, reader client.Reader) (*status.PlatformObjects, error) {
	catalogs, roles := &v1alpha1.PermissionCatalogList{}, &v1alpha1.PlatformRoleList{}
	assignments, organizations := &v1alpha1.PlatformAssignmentList{}, &v1alpha1.OrganizationList{}
	for _, all := range []client.ObjectList{catalogs, roles, assignments, organizations} {
		if err := list(ctx, reader, all); err != nil {
			return nil, err
		}
	}
	return &status.PlatformObjects{
		Catalogs: catalogs.Items, Roles: roles.Items, Assignments: assignments.Items, Organizations: organizations.Items,
	}, nil
}

func get[T client.Object](ctx context.Context, reader client.Reader, key types.NamespacedName, into T) (T, error) {
	err := reader.Get(ctx, key, into, client.UnsafeDisableDeepCopy)
	if err == nil {
		return into, nil
	}
	var none T
	if client.IgnoreNotFound(err) == nil {
		return none, nil
	}
	return none, fmt.Errorf("reading %T %s: %w", into, key, err)
}

func referring(ctx context.Context, reader client.Reader, into client.ObjectList, organization types.NamespacedName) error {
	return list(ctx, reader, into, client.InNamespace(organization.Namespace), client.MatchingFields{organizationField: organization.Name})
}

// list reads a list without copying its items.
func list(ctx context.Context, reader client.Reader, into client.ObjectList, options ...client.ListOption) error {
	if err := reader.List(ctx, into, append(options, client.UnsafeDisableDeepCopy)...); err != nil {
		return fmt.Errorf("listing %T: %w", into, err)
	}
	return nil
}

// AllPlatformRoles returns the PlatformRoles of all catalogs.
func AllPlatformRoles(ctx context.Context, reader client.Reader) ([]v1alpha1.PlatformRole, error) {
	roles := &v1alpha1.PlatformRoleList{}
	err := list(ctx, reader, roles)
	return roles.Items, err
}

// Cached returns the object of the kind and name of another, nil when it does not exist.
func Cached(ctx context.Context, reader client.Reader, like client.Object) (client.Object, error) {
	empty := reflect.New(reflect.TypeOf(like).Elem()).Interface().(client.Object)
	return get(ctx, reader, client.ObjectKeyFromObject(like), empty)
}
