// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// movers is how many users a change moves about.
const movers = 30

// change writes many objects one after the other, so that at every moment
//   - every mover may work in one unit at least: a new role is there before the new assignment, and that before the old
//     assignment and the old role go;
//   - the visitor may never work: the role that the visitor holds at times lets its holders work only at others.
//
// It remembers what every state on the way resolves to.
type change struct {
	world  *world
	random *rand.Rand

	// What the cluster holds.
	organization *v1alpha1.Organization
	catalog      *v1alpha1.PermissionCatalog
	roles        map[string]*v1alpha1.Role
	assignments  map[string]*v1alpha1.UserAssignment
	// moves counts those of each mover.
	moves [movers]int

	mutex sync.Mutex
	// digests of the document after each write.
	digests []string
}

// visitor holds the role guest at times.
const visitor = "vera"

func mover(i int) string { return fmt.Sprintf("user-%02d", i) }

func (w *world) newChange(random *rand.Rand) *change {
	GinkgoHelper()
	c := &change{
		world: w, random: random, organization: w.newOrganization(), catalog: w.newCatalog(),
		roles: map[string]*v1alpha1.Role{}, assignments: map[string]*v1alpha1.UserAssignment{},
	}
	c.write(w.role("guest", "look"))
	c.write(w.assignment(visitor, visitor, grant("guest", "all")))
	for i := range movers {
		role, assignment := c.seat(i)
		c.write(role)
		c.write(assignment)
	}
	// Nobody has seen the states before the last: no manager runs yet.
	c.digests = c.digests[len(c.digests)-1:]
	return c
}

// seat is what lets a mover work where the mover is now.
func (c *change) seat(i int) (*v1alpha1.Role, *v1alpha1.UserAssignment) {
	unit := []string{"north", "south"}[c.moves[i]%2]
	name := fmt.Sprintf("%s-%d", mover(i), c.moves[i])
	return c.world.role(name, work), c.world.assignment(name, mover(i), grant(name, unit))
}

// run changes things until the context ends, and stops between two acts.
func (c *change) run(ctx context.Context) {
	defer GinkgoRecover()
	for ctx.Err() == nil {
		if c.random.IntN(3) == 0 {
			c.admitVisitor()
		} else {
			c.move(c.random.IntN(movers))
		}
	}
}

// move gives a mover the other unit, and takes the present one away then.
func (c *change) move(i int) {
	formerRole, formerAssignment := c.seat(i)
	c.moves[i]++
	role, assignment := c.seat(i)
	c.write(role)
	c.write(assignment)
	c.delete(formerAssignment)
	c.delete(formerRole)
}

// admitVisitor lets guests work for as long as the visitor is not one.
func (c *change) admitVisitor() {
	c.write(c.world.assignment(visitor, visitor))
	c.write(c.world.role("guest", "look", work))
	c.write(c.world.role("guest", "look"))
	c.write(c.world.assignment(visitor, visitor, grant("guest", "all")))
}

// write creates or replaces an object.
func (c *change) write(object client.Object) {
	GinkgoHelper()
	replaced := false
	switch o := object.(type) {
	case *v1alpha1.Role:
		_, replaced = c.roles[o.Name]
		c.roles[o.Name] = o
	case *v1alpha1.UserAssignment:
		_, replaced = c.assignments[o.Name]
		c.assignments[o.Name] = o
	}
	Eventually(func() error {
		if !replaced {
			return api.Create(c.world.Ctx, object)
		}
		// A status may be written between the two: then it is tried again.
		present := object.DeepCopyObject().(client.Object)
		if err := api.Get(c.world.Ctx, client.ObjectKeyFromObject(object), present); err != nil {
			return err
		}
		object.SetResourceVersion(present.GetResourceVersion())
		return api.Update(c.world.Ctx, object)
	}).WithPolling(time.Millisecond).Should(Succeed())
	c.remember()
}

func (c *change) delete(object client.Object) {
	GinkgoHelper()
	Expect(api.Delete(c.world.Ctx, object)).To(Succeed())
	switch o := object.(type) {
	case *v1alpha1.Role:
		delete(c.roles, o.Name)
	case *v1alpha1.UserAssignment:
		delete(c.assignments, o.Name)
	}
	c.remember()
}

// remember notes what the present state resolves to, and rests: at times for less than the manager waits for more to
// come, at times for longer.
func (c *change) remember() {
	GinkgoHelper()
	objects := intake.Objects{
		Catalogs: []v1alpha1.PermissionCatalog{*c.catalog}, Organizations: []v1alpha1.Organization{*c.organization},
		Structures: []v1alpha1.OrganizationStructure{*c.world.newStructure()},
	}
	for _, role := range c.roles {
		objects.Roles = append(objects.Roles, *role)
	}
	for _, assignment := range c.assignments {
		objects.Assignments = append(objects.Assignments, assignment)
	}
	digest := document.Digest([]byte(resolved(objects)))
	c.mutex.Lock()
	c.digests = append(c.digests, digest)
	c.mutex.Unlock()
	rest := time.Duration(c.random.IntN(20)) * time.Millisecond
	if c.random.IntN(10) == 0 {
		rest += 3 * coalesce / 2
	}
	time.Sleep(rest)
}

// contains returns an error unless documents are those of states that existed, in their order.
func (c *change) contains(published []string) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	at := 0
	for i, digest := range published {
		for at < len(c.digests) && c.digests[at] != digest {
			at++
		}
		if at == len(c.digests) {
			return fmt.Errorf("revision %d of %d is of no state after those of the revisions before it", i+1, len(published))
		}
	}
	return nil
}
