// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// clock is the time at which decisions are made. Windows begin and end around it.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

const namespace, organization = "town", "clinic"

// cluster holds the objects of one organization as a cache does: an object that is written is another one, and those that
// were handed out stay as they are.
type cluster struct {
	members intake.Members
	// uids counts the objects that were created.
	uids int
	// tidy is set where little is wrong and nothing is constrained, so that most changes concern only some users.
	tidy bool
}

// rarely is chance, but never in a tidy cluster.
func (c *cluster) rarely(t *rapid.T, label string, of int) bool {
	return !c.tidy && chance(t, label, of)
}

// object is a pointer to an object of type T.
type object[T any] interface {
	*T
	metav1.Object
}

// newCluster returns a cluster in which there is something of most kinds.
func newCluster(t *rapid.T) *cluster {
	c := &cluster{tidy: chance(t, "tidy", 2)}
	c.members.Organization = editSingle(t, c, nil, organization, drawOrganization)
	c.members.Catalog = editSingle(t, c, nil, "care", drawCatalog)
	c.members.Structures = edit(t, c, nil, structures, drawStructure)
	if c.tidy {
		c.members.Structures[0] = tidyStructure(c.members.Structures[0])
	}
	for _, name := range roles {
		c.members.Roles = edit(t, c, c.members.Roles, []string{name}, drawRole)
	}
	for range 4 {
		editAssignment(t, c)
	}
	c.members.Groups = edit(t, c, c.members.Groups, groups, drawGroup)
	return c
}

// create gives an object an identity that no other has or had.
func (c *cluster) create(to metav1.Object, name string) {
	c.uids++
	to.SetNamespace(namespace)
	to.SetName(name)
	to.SetUID(types.UID(fmt.Sprintf("uid-%d", c.uids)))
	to.SetGeneration(1)
	to.SetCreationTimestamp(metav1.NewTime(clock.Add(-time.Hour + time.Duration(c.uids/2)*time.Second)))
}

// update gives an object the identity of a former state, whose spec was another.
func update(to, former metav1.Object) {
	touch(to, former)
	to.SetGeneration(former.GetGeneration() + 1)
}

// touch gives an object the identity of a former state with the same spec.
func touch(to, former metav1.Object) {
	to.SetNamespace(former.GetNamespace())
	to.SetName(former.GetName())
	to.SetUID(former.GetUID())
	to.SetGeneration(former.GetGeneration())
	to.SetCreationTimestamp(former.GetCreationTimestamp())
	to.SetAnnotations(map[string]string{"touched": "yes"})
}

// edit creates, updates, touches, deletes or creates again an object of a list.
func edit[T any, P object[T]](t *rapid.T, c *cluster, list []T, pool []string, draw func(t *rapid.T, c *cluster) T) []T {
	list = slices.Clone(list)
	name := rapid.SampledFrom(pool).Draw(t, "name")
	at := slices.IndexFunc(list, func(o T) bool { return P(&o).GetName() == name })
	if at < 0 {
		next := draw(t, c)
		c.create(P(&next), name)
		return append(list, next)
	}
	switch rapid.IntRange(0, 7).Draw(t, "what") {
	case 0, 1:
		return slices.Delete(list, at, at+1)
	case 2:
		next := draw(t, c)
		c.create(P(&next), name)
		list[at] = next
	case 3:
		touched := list[at]
		touch(P(&touched), P(&list[at]))
		list[at] = touched
	default:
		next := draw(t, c)
		update(P(&next), P(&list[at]))
		list[at] = next
	}
	return list
}

// edits are the kinds of changes. Several may happen before anything is resolved.
var edits = map[string]func(t *rapid.T, c *cluster){
	"an assignment": editAssignment,
	"a structure": func(t *rapid.T, c *cluster) {
		c.members.Structures = edit(t, c, c.members.Structures, structures, drawStructure)
	},
	"a role": func(t *rapid.T, c *cluster) {
		c.members.Roles = edit(t, c, c.members.Roles, roles, drawRole)
	},
	"a group": func(t *rapid.T, c *cluster) {
		c.members.Groups = edit(t, c, c.members.Groups, groups, drawGroup)
	},
	"a chain": func(t *rapid.T, c *cluster) {
		c.members.Chains = edit(t, c, c.members.Chains, chains, drawChain)
	},
	"a request": editRequest,
	"a platform role": func(t *rapid.T, c *cluster) {
		c.members.PlatformRoles = edit(t, c, c.members.PlatformRoles, platformRoles, drawPlatformRole)
	},
	"a platform assignment": func(t *rapid.T, c *cluster) {
		c.members.PlatformAssignments = edit(t, c, c.members.PlatformAssignments, platformAssignments, drawPlatformAssignment)
	},
	"the organization": func(t *rapid.T, c *cluster) {
		c.members.Organization = editSingle(t, c, c.members.Organization, organization, drawOrganization)
		c.findCatalog()
	},
	"its labels": func(t *rapid.T, c *cluster) {
		if c.members.Organization != nil {
			next := c.members.Organization.DeepCopy()
			next.Labels = map[string]string{"region": rapid.SampledFrom([]string{"east", "west"}).Draw(t, "region")}
			c.members.Organization = next
		}
	},
	"the catalog": func(t *rapid.T, c *cluster) {
		c.catalog(editSingle(t, c, c.members.Catalog, "care", drawCatalog))
	},
	"a rule":       editRule,
	"a unit":       editUnit,
	"a unit group": editUnitGroup,
	"a permission": editPermission,
	"a member":     editMember,
	"nothing":      func(*rapid.T, *cluster) {},
}

// editRequest creates a request, deletes one, or begins or ends what it gives: the spec of a request never changes.
func editRequest(t *rapid.T, c *cluster) {
	list := slices.Clone(c.members.Requests)
	name := rapid.SampledFrom(requests).Draw(t, "request")
	at := slices.IndexFunc(list, func(r v1alpha1.ApprovalRequest) bool { return r.Name == name })
	switch {
	case at < 0:
		next := drawRequest(t, c)
		c.create(&next, name)
		list = append(list, next)
	case rapid.Bool().Draw(t, "deleted"):
		list = slices.Delete(list, at, at+1)
	default:
		next := list[at].DeepCopy()
		next.Status.State = map[v1alpha1.RequestState]v1alpha1.RequestState{
			v1alpha1.RequestApproved: v1alpha1.RequestPending, v1alpha1.RequestPending: v1alpha1.RequestApproved,
		}[next.Status.State]
		list[at] = *next
	}
	c.members.Requests = list
}

func editAssignment(t *rapid.T, c *cluster) {
	values := make([]v1alpha1.UserAssignment, len(c.members.Assignments))
	for i, a := range c.members.Assignments {
		values[i] = *a
	}
	edited := edit(t, c, values, assignments, drawAssignment)
	next := make([]*v1alpha1.UserAssignment, len(edited))
	for i := range edited {
		next[i] = &edited[i]
	}
	c.members.Assignments = next
}

// editSingle edits an object of which there is one at most. It is rarely deleted.
func editSingle[T any, P object[T]](t *rapid.T, c *cluster, former *T, name string, draw func(t *rapid.T, c *cluster) T) *T {
	next := draw(t, c)
	switch {
	case former == nil:
		c.create(P(&next), name)
	case rapid.IntRange(0, 9).Draw(t, "gone") == 9:
		return nil
	case rapid.IntRange(0, 4).Draw(t, "created again") == 4:
		c.create(P(&next), name)
	default:
		update(P(&next), P(former))
	}
	return &next
}

// catalog sets the catalog, which nobody sees without the organization.
func (c *cluster) catalog(catalog *v1alpha1.PermissionCatalog) {
	if c.members.Organization != nil {
		c.members.Catalog = catalog
	}
}

func (c *cluster) findCatalog() {
	if c.members.Organization == nil {
		c.members.Catalog = nil
	}
}

// read returns the objects as a cache lists them, in any order.
func (c *cluster) read(t *rapid.T) *intake.Members {
	members := c.members
	members.Assignments = rapid.Permutation(c.members.Assignments).Draw(t, "order")
	members.Structures = rapid.Permutation(c.members.Structures).Draw(t, "order of structures")
	return &members
}
