// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
)

// Of returns the newest events of an organization that a filter picks, as many as wanted, and how many it picks at all.
func Of(o *state.Organization, decisions []v1alpha1.ApprovalDecision, filter Filter, wanted int) (newest []Event, total int) {
	c := &collection{filter: filter, wanted: wanted, namespace: o.Namespace}
	c.organization(o)
	c.members(o)
	c.requests(o, decisions)
	c.shorten()
	return c.events, c.total
}

// collection keeps the newest events.
type collection struct {
	filter    Filter
	wanted    int
	namespace string
	events    []Event
	total     int
}

// slack is how many events are kept at least before the old ones are dropped.
const slack = 1024

func (c *collection) add(e Event) {
	if e.Time.IsZero() || !c.filter.keeps(&e) {
		return
	}
	c.total++
	c.events = append(c.events, e)
	if len(c.events) >= 2*c.wanted+slack {
		c.shorten()
	}
}

// shorten drops all but the newest.
func (c *collection) shorten() {
	slices.SortStableFunc(c.events, func(a, b Event) int {
		return cmp.Or(b.Time.Compare(a.Time), a.Object.Compare(b.Object), cmp.Compare(a.What, b.What), cmp.Compare(a.Client, b.Client))
	})
	if len(c.events) > c.wanted {
		clear(c.events[c.wanted:])
		c.events = c.events[:c.wanted]
	}
}

// object adds what an object says of itself, for those whom it is about.
func (c *collection) object(kind string, object metav1.Object, users, roles []string) {
	e := Event{
		Object: model.Ref{Kind: kind, Namespace: object.GetNamespace(), Name: object.GetName()}, Users: users, Roles: roles,
	}
	creation := object.GetCreationTimestamp()
	created := e
	created.Time, created.What = creation.Time, Created
	for _, entry := range object.GetManagedFields() {
		// Who writes a status follows others: what matters of it is told by publications and requests.
		if entry.Time == nil || entry.Subresource == "status" {
			continue
		}
		if entry.Time.Equal(&creation) {
			created.Client = cmp.Or(created.Client, entry.Manager)
			continue
		}
		written := e
		written.Time, written.What, written.Client = entry.Time.Time, Updated, entry.Manager
		if entry.Operation == metav1.ManagedFieldsOperationApply {
			written.What = Applied
		}
		c.add(written)
	}
	c.add(created)
	if deletion := object.GetDeletionTimestamp(); deletion != nil {
		e.Time, e.What = deletion.Time, Deleting
		c.add(e)
	}
}

// organization adds what has happened to the organization itself, and to what the platform shares with it.
func (c *collection) organization(o *state.Organization) {
	organization := o.Members.Organization
	c.object(model.KindOrganization, organization, nil, nil)
	if published := organization.Status.Publication; published != nil {
		c.add(Event{
			Time: published.PublishTime.Time, What: Published, Revision: published.Revision,
			Object: model.Ref{Kind: model.KindOrganization, Namespace: organization.Namespace, Name: organization.Name},
		})
	}
	if o.Members.Catalog != nil {
		c.object(model.KindCatalog, o.Members.Catalog, nil, nil)
	}
	for i := range o.Members.PlatformRoles {
		role := &o.Members.PlatformRoles[i]
		c.object(model.KindPlatformRole, role, nil, []string{model.KindPlatformRole + "/" + role.Name})
	}
	for i := range o.Members.PlatformAssignments {
		assignment := &o.Members.PlatformAssignments[i]
		c.object(model.KindPlatformAssignment, assignment, []string{string(assignment.Spec.User)}, nil)
	}
}

// members adds what has happened to the objects that refer to the organization.
func (c *collection) members(o *state.Organization) {
	for i := range o.Members.Structures {
		c.object(model.KindStructure, &o.Members.Structures[i], nil, nil)
	}
	for i := range o.Members.Roles {
		c.object(model.KindRole, &o.Members.Roles[i], nil, []string{o.Members.Roles[i].Name})
	}
	for i := range o.Members.Chains {
		c.object(model.KindChain, &o.Members.Chains[i], nil, nil)
	}
	for i := range o.Members.Groups {
		group := &o.Members.Groups[i]
		users := make([]string, len(group.Spec.Members))
		for j := range group.Spec.Members {
			users[j] = string(group.Spec.Members[j])
		}
		c.object(model.KindGroup, group, users, rolesOf(group.Spec.Grants))
	}
	for _, assignment := range o.Members.Assignments {
		c.object(model.KindAssignment, assignment, []string{string(assignment.Spec.User)}, rolesOf(assignment.Spec.Grants))
	}
}

// rolesOf returns the keys of the roles that grants give.
func rolesOf(grants []v1alpha1.Grant) []string {
	roles := make([]string, len(grants))
	for i := range grants {
		roles[i] = keyOf(string(grants[i].RoleRef.Kind), grants[i].RoleRef.Name)
	}
	return roles
}

func keyOf(kind, name string) string {
	return model.RoleRef{Kind: cmp.Or(kind, model.KindRole), Name: name}.Key()
}
