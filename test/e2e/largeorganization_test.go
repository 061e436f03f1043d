// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

const (
	// teams are groups of teamSize members each, when they are full: twenty of them are on average.
	teams, fewestFull, teamSize = 22, 18, 1000
	// largeChanges is how often something changes.
	largeChanges = 500
	// mark begins the names by which a document shows which write it contains.
	mark = "mark-"
)

// largeOrganization has twenty thousand users, some of which change all the time, by one write each, so that at every moment
//   - every mover may work in the north or in the south, and never in both;
//   - the visitor may not work.
//
// Each write leaves a mark with its number in what is published, so that a document shows which state it is of.
type largeOrganization struct {
	world  *world
	random *rand.Rand

	organization *v1alpha1.Organization
	catalog      *v1alpha1.PermissionCatalog
	role         *v1alpha1.Role
	groups       [teams]*v1alpha1.UserGroup
	full         [teams]bool
	assignments  map[string]*v1alpha1.UserAssignment
	// states are what the cluster held after each write, from the first state on.
	states []intake.Members
}

// newLargeOrganization makes the first state.
func (w *world) newLargeOrganization(random *rand.Rand) *largeOrganization {
	GinkgoHelper()
	c := &largeOrganization{
		world: w, random: random, organization: w.newOrganization(), catalog: w.newCatalog(), role: w.role("worker", work),
		assignments: map[string]*v1alpha1.UserAssignment{},
	}
	w.create(c.role)
	failures := make([]error, teams)
	workqueue.ParallelizeUntil(w.Ctx, 8, teams, func(i int) {
		c.full[i] = i < 20
		c.groups[i] = c.team(i)
		failures[i] = api.Create(w.Ctx, c.groups[i])
	})
	Expect(failures).To(HaveEach(Succeed()))
	for i := range movers {
		c.assignments[mover(i)] = c.marked(mover(i), grant("worker", []string{"north", "south"}[i%2]))
	}
	c.assignments[visitor] = c.marked(visitor)
	for _, assignment := range c.assignments {
		w.create(assignment)
	}
	c.remember()
	return c
}

// team is a group as it should be, with a mark of the next write.
func (c *largeOrganization) team(i int) *v1alpha1.UserGroup {
	group := &v1alpha1.UserGroup{ObjectMeta: c.world.named(fmt.Sprintf("team-%02d", i))}
	group.Spec.OrganizationRef.Name = organization
	group.Spec.Grants = []v1alpha1.Grant{grant("worker", "north")}
	group.Spec.Members = []v1alpha1.UserID{v1alpha1.UserID(fmt.Sprintf("%s%d", mark, len(c.states)))}
	if i < len(c.full) && c.full[i] {
		for j := range teamSize - 1 {
			// A line of the document is as long as makes the members of twenty teams fill their shards.
			group.Spec.Members = append(group.Spec.Members, v1alpha1.UserID(fmt.Sprintf("member-%02d-%03d@the-works-in-the-north-of-the-country.plant.example", i, j)))
		}
	}
	return group
}

// marked is an assignment with a mark of the next write.
func (c *largeOrganization) marked(user string, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
	assignment := c.world.assignment(user, user, grants...)
	assignment.Spec.Profile.Manager = v1alpha1.UserID(mark + strconv.Itoa(len(c.states)))
	return assignment
}

// run changes things until there were enough changes or the context ends. Now and then it lets a reader see what was changed.
func (c *largeOrganization) run(ctx context.Context, r *reader) {
	defer GinkgoRecover()
	for i := 0; i < largeChanges && ctx.Err() == nil; i++ {
		seen := r.count()
		switch {
		case i%10 == 0:
			c.growOrShrink()
		case i%10 == 5:
			c.replace(c.marked(visitor))
			c.assignments[visitor] = c.marked(visitor)
		default:
			c.move(mover(c.random.IntN(movers)))
		}
		c.remember()
		c.rest()
		if i%10 == 9 {
			<-r.more(ctx, seen)
		}
	}
}

// rest lets a few changes come together, and then waits for longer than the manager does for more to come.
func (c *largeOrganization) rest() {
	rest := 20 * time.Millisecond
	if len(c.states)%4 == 0 {
		rest = 5 * coalesce / 2
	}
	time.Sleep(rest)
}

// growOrShrink fills teams until all are full, and empties them until few are.
func (c *largeOrganization) growOrShrink() {
	i := len(c.states) / 10 % (2 * (teams - fewestFull))
	team := teams - 1 - i
	if i >= teams-fewestFull {
		team = fewestFull + i - (teams - fewestFull)
	}
	c.full[team] = i >= teams-fewestFull
	next := c.team(team)
	c.replace(next)
	c.groups[team] = next
}

// move gives a mover the other unit instead of the present one.
func (c *largeOrganization) move(user string) {
	unit := "north"
	if c.assignments[user].Spec.Grants[0].Scope.Units[0] == "north" {
		unit = "south"
	}
	next := c.marked(user, grant("worker", unit))
	c.replace(next)
	c.assignments[user] = next
}

// replace writes an object's spec.
func (c *largeOrganization) replace(object client.Object) {
	GinkgoHelper()
	Eventually(func() error {
		// A status may be written between the two: then it is tried again.
		present := object.DeepCopyObject().(client.Object)
		if err := api.Get(c.world.Ctx, client.ObjectKeyFromObject(object), present); err != nil {
			return err
		}
		object.SetResourceVersion(present.GetResourceVersion())
		return api.Update(c.world.Ctx, object)
	}).WithPolling(time.Millisecond).Should(Succeed())
}

// remember keeps what the cluster holds now. Objects are replaced, and never changed.
func (c *largeOrganization) remember() {
	state := intake.Members{
		Organization: c.organization, Catalog: c.catalog,
		Structures: []v1alpha1.OrganizationStructure{*c.world.newStructure()}, Roles: []v1alpha1.Role{*c.role},
	}
	for _, group := range c.groups {
		state.Groups = append(state.Groups, *group)
	}
	for _, assignment := range c.assignments {
		state.Assignments = append(state.Assignments, assignment)
	}
	c.states = append(c.states, state)
}
