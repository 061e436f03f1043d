// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// contents are all objects that may be read.
type contents struct {
	intake.Objects
	decisions []v1alpha1.ApprovalDecision
}

// kind is how the objects of one kind are read.
type kind struct {
	// resource is the name of the kind in addresses of the API server, and in its messages.
	name, resource string
	// inNamespace is set if the objects have a namespace.
	inNamespace bool
	newList     func() client.ObjectList
	newObject   func() client.Object
	// dropStatus takes the status off an object; nil if pages show it.
	dropStatus func(client.Object)
	// collect puts the objects of stores into contents, by namespace and name, once those with some keys have changed, or any. From then
	// on the stores share them with the contents.
	collect func(*contents, []store, changedKeys)
}

// store holds objects by namespace and name.
type store map[types.NamespacedName]client.Object

func kindOf[T any, P interface {
	*T
	client.Object
}](name, resource string, newList func() client.ObjectList, list func(*contents) *[]T, dropStatus func(P)) *kind {
	k := &kind{
		name: name, resource: resource, inNamespace: true, newList: newList, newObject: func() client.Object { return P(new(T)) },
		collect: func(c *contents, stores []store, _ changedKeys) {
			places := placesOf(stores)
			all := make([]T, len(places))
			for i, at := range places {
				all[i] = *at.in[at.key].(P)
				at.in[at.key] = P(&all[i])
			}
			*list(c) = all
		},
	}
	if dropStatus != nil {
		k.dropStatus = func(object client.Object) { dropStatus(object.(P)) }
	}
	return k
}

// assignments is the kind of which there may be hundred thousands: a list of them costs what has changed since the one before.
func assignments() *kind {
	k := kindOf[v1alpha1.UserAssignment](model.KindAssignment, "userassignments",
		func() client.ObjectList { return &v1alpha1.UserAssignmentList{} }, nil,
		func(o *v1alpha1.UserAssignment) { o.Status = v1alpha1.UserAssignmentStatus{} })
	k.collect = func(c *contents, stores []store, changed changedKeys) {
		if changed != nil && len(changed) <= len(c.Assignments)/16 {
			c.Assignments = patched(c.Assignments, stores, changed)
			return
		}
		places := placesOf(stores)
		c.Assignments = make([]*v1alpha1.UserAssignment, len(places))
		for i, at := range places {
			c.Assignments[i] = at.in[at.key].(*v1alpha1.UserAssignment)
		}
	}
	return k
}

// patched returns a sorted list in which the objects of some keys are as stores have them.
func patched(before []*v1alpha1.UserAssignment, stores []store, changed changedKeys) []*v1alpha1.UserAssignment {
	list := slices.Grow(slices.Clone(before), len(changed))
	for key := range changed {
		at, listed := slices.BinarySearchFunc(list, key, func(a *v1alpha1.UserAssignment, wanted types.NamespacedName) int {
			return intake.CompareKeys(client.ObjectKeyFromObject(a), wanted)
		})
		if listed {
			list = slices.Delete(list, at, at+1)
		}
		for _, in := range stores {
			if object, is := in[key]; is {
				list = slices.Insert(list, at, object.(*v1alpha1.UserAssignment))
				break
			}
		}
	}
	return list
}

// changedKeys are those of the objects that may have changed; nil stands for all.
type changedKeys map[types.NamespacedName]struct{}

// and returns the keys of both.
func (c changedKeys) and(others changedKeys) changedKeys {
	if c == nil || others == nil {
		return nil
	}
	maps.Copy(c, others)
	return c
}

// place is where an object is.
type place struct {
	in  store
	key types.NamespacedName
}

// placesOf returns where all objects of stores are, by namespace and name.
func placesOf(stores []store) []place {
	var places []place
	for _, in := range stores {
		for key := range maps.Keys(in) {
			places = append(places, place{in, key})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return intake.CompareKeys(a.key, b.key) })
	return places
}

// withoutNamespace says that the objects of a kind have none.
func (k *kind) withoutNamespace() *kind {
	k.inNamespace = false
	return k
}

// newKinds returns the kinds of rolewright.dev.
func newKinds() []*kind {
	return []*kind{
		kindOf(model.KindCatalog, "permissioncatalogs", func() client.ObjectList { return &v1alpha1.PermissionCatalogList{} },
			func(c *contents) *[]v1alpha1.PermissionCatalog { return &c.Catalogs },
			func(o *v1alpha1.PermissionCatalog) { o.Status = v1alpha1.PermissionCatalogStatus{} }).withoutNamespace(),
		kindOf(model.KindPlatformRole, "platformroles", func() client.ObjectList { return &v1alpha1.PlatformRoleList{} },
			func(c *contents) *[]v1alpha1.PlatformRole { return &c.PlatformRoles },
			func(o *v1alpha1.PlatformRole) { o.Status = v1alpha1.PlatformRoleStatus{} }).withoutNamespace(),
		kindOf(model.KindPlatformAssignment, "platformassignments", func() client.ObjectList { return &v1alpha1.PlatformAssignmentList{} },
			func(c *contents) *[]v1alpha1.PlatformAssignment { return &c.PlatformAssignments },
			func(o *v1alpha1.PlatformAssignment) { o.Status = v1alpha1.PlatformAssignmentStatus{} }).withoutNamespace(),
		kindOf(model.KindOrganization, "organizations", func() client.ObjectList { return &v1alpha1.OrganizationList{} },
			func(c *contents) *[]v1alpha1.Organization { return &c.Organizations }, nil),
		kindOf(model.KindStructure, "organizationstructures", func() client.ObjectList { return &v1alpha1.OrganizationStructureList{} },
			func(c *contents) *[]v1alpha1.OrganizationStructure { return &c.Structures },
			func(o *v1alpha1.OrganizationStructure) { o.Status = v1alpha1.OrganizationStructureStatus{} }),
		kindOf(model.KindRole, "roles", func() client.ObjectList { return &v1alpha1.RoleList{} },
			func(c *contents) *[]v1alpha1.Role { return &c.Roles },
			func(o *v1alpha1.Role) { o.Status = v1alpha1.RoleStatus{} }),
		assignments(),
		kindOf(model.KindGroup, "usergroups", func() client.ObjectList { return &v1alpha1.UserGroupList{} },
			func(c *contents) *[]v1alpha1.UserGroup { return &c.Groups },
			func(o *v1alpha1.UserGroup) { o.Status = v1alpha1.UserGroupStatus{} }),
		kindOf(model.KindChain, "approvalchains", func() client.ObjectList { return &v1alpha1.ApprovalChainList{} },
			func(c *contents) *[]v1alpha1.ApprovalChain { return &c.Chains },
			func(o *v1alpha1.ApprovalChain) { o.Status = v1alpha1.ApprovalChainStatus{} }),
		kindOf(model.KindRequest, "approvalrequests", func() client.ObjectList { return &v1alpha1.ApprovalRequestList{} },
			func(c *contents) *[]v1alpha1.ApprovalRequest { return &c.Requests }, nil),
		kindOf(model.KindDecision, "approvaldecisions", func() client.ObjectList { return &v1alpha1.ApprovalDecisionList{} },
			func(c *contents) *[]v1alpha1.ApprovalDecision { return &c.decisions }, nil),
	}
}

// trim takes off an object what no page shows.
func (k *kind) trim(object client.Object) {
	object.SetResourceVersion("")
	annotations := object.GetAnnotations()
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	if len(annotations) == 0 {
		object.SetAnnotations(nil)
	}
	managers := slices.DeleteFunc(object.GetManagedFields(), func(entry metav1.ManagedFieldsEntry) bool {
		// Who wrote a status that is not kept changed nothing that is shown.
		return k.dropStatus != nil && entry.Subresource == "status"
	})
	for i := range managers {
		managers[i].FieldsV1, managers[i].FieldsType = nil, ""
	}
	object.SetManagedFields(slices.Clip(managers))
	if k.dropStatus != nil {
		k.dropStatus(object)
	}
}

// in returns those of the objects with a namespace that are in one. The lists share their items.
func (c *contents) in(namespace string) intake.Objects {
	return intake.Objects{
		Organizations: within(c.Organizations, namespace, func(o *v1alpha1.Organization) string { return o.Namespace }),
		Structures:    within(c.Structures, namespace, func(o *v1alpha1.OrganizationStructure) string { return o.Namespace }),
		Roles:         within(c.Roles, namespace, func(o *v1alpha1.Role) string { return o.Namespace }),
		Assignments:   within(c.Assignments, namespace, func(o **v1alpha1.UserAssignment) string { return (*o).Namespace }),
		Groups:        within(c.Groups, namespace, func(o *v1alpha1.UserGroup) string { return o.Namespace }),
		Chains:        within(c.Chains, namespace, func(o *v1alpha1.ApprovalChain) string { return o.Namespace }),
		Requests:      within(c.Requests, namespace, func(o *v1alpha1.ApprovalRequest) string { return o.Namespace }),
	}
}

// within returns the items of a sorted list that are in a namespace.
func within[T any](list []T, namespace string, of func(*T) string) []T {
	find := func(after bool) int {
		at, _ := slices.BinarySearchFunc(list, namespace, func(item T, wanted string) int {
			if order := cmp.Compare(of(&item), wanted); order != 0 || !after {
				return order
			}
			return -1
		})
		return at
	}
	from, to := find(false), find(true)
	return list[from:to:to]
}
