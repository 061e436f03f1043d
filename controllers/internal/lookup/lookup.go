// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
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
		{&v1alpha1.Role{}, organizationField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.Role).Spec.OrganizationRef.Name}
		}},
		{&v1alpha1.UserAssignment{}, organizationField, func(object client.Object) []string {
			return []string{object.(*v1alpha1.UserAssignment).Spec.OrganizationRef.Name}
		}},
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

// Roles returns the roles that refer to an organization.
func Roles(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.Role, error) {
	list := &v1alpha1.RoleList{}
	err := referring(ctx, reader, list, organization)
	return list.Items, err
}

// Assignments returns the user assignments that refer to an organization.
func Assignments(ctx context.Context, reader client.Reader, organization types.NamespacedName) ([]v1alpha1.UserAssignment, error) {
	list := &v1alpha1.UserAssignmentList{}
	err := referring(ctx, reader, list, organization)
	return list.Items, err
}

// Objects returns all that an organization is resolved from.
func Objects(ctx context.Context, reader client.Reader, key types.NamespacedName) (*snapshot.Objects, error) {
	objects := &snapshot.Objects{}
	var err error
	if objects.Organization, err = Organization(ctx, reader, key); err != nil {
		return nil, err
	}
	if objects.Organization != nil {
		if objects.Catalog, err = Catalog(ctx, reader, objects.Organization.Spec.CatalogRef.Name); err != nil {
			return nil, err
		}
	}
	if objects.Roles, err = Roles(ctx, reader, key); err != nil {
		return nil, err
	}
	objects.Assignments, err = Assignments(ctx, reader, key)
	return objects, err
}

// OrganizationsOf returns the organizations that refer to a catalog, whether or not it exists.
func OrganizationsOf(ctx context.Context, reader client.Reader, catalog string) ([]v1alpha1.Organization, error) {
	list := &v1alpha1.OrganizationList{}
	if err := reader.List(ctx, list, client.MatchingFields{catalogField: catalog}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("listing the organizations of catalog %q: %w", catalog, err)
	}
	return list.Items, nil
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

func referring(ctx context.Context, reader client.Reader, list client.ObjectList, organization types.NamespacedName) error {
	err := reader.List(ctx, list, client.InNamespace(organization.Namespace),
		client.MatchingFields{organizationField: organization.Name}, client.UnsafeDisableDeepCopy)
	if err != nil {
		return fmt.Errorf("listing %T of organization %s: %w", list, organization, err)
	}
	return nil
}
