// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// hasEdits reports whether another writer changed the status of anything of an organization.
func (r *Reconciler) hasEdits(key snapshot.Key) bool {
	return slices.ContainsFunc(r.Statuses.Edits.Objects(), func(object client.Object) bool {
		of, is := memberOf(object)
		return is && of == key
	})
}

// organizationOfMember enqueues the organization whose pass writes the status of an object.
func organizationOfMember(_ context.Context, object client.Object) []reconcile.Request {
	key, is := memberOf(object)
	if !is {
		return nil
	}
	return []reconcile.Request{{NamespacedName: key}}
}

// memberOf returns the organization that an object is or belongs to.
func memberOf(object client.Object) (snapshot.Key, bool) {
	var name string
	switch o := object.(type) {
	case *v1alpha1.Organization:
		name = o.Name
	case *v1alpha1.OrganizationStructure:
		name = o.Spec.OrganizationRef.Name
	case *v1alpha1.Role:
		name = o.Spec.OrganizationRef.Name
	case *v1alpha1.UserAssignment:
		name = o.Spec.OrganizationRef.Name
	case *v1alpha1.UserGroup:
		name = o.Spec.OrganizationRef.Name
	case *v1alpha1.ApprovalChain:
		name = o.Spec.OrganizationRef.Name
	default:
		return snapshot.Key{}, false
	}
	return snapshot.Key{Namespace: object.GetNamespace(), Name: name}, true
}
