// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/naive"
	"github.com/rolewright/rolewright/test/property"
)

// drawPlatformWorld draws the world of a platform document: a catalog and what the platform gives, and nothing of an organization. Its
// assignments are more than elsewhere, as nothing else gives anything.
func drawPlatformWorld(t *rapid.T) *model.World {
	drawn := drawWorld(t)
	world := &model.World{
		Namespace: "default", Name: document.PlatformOrganization(drawn.Catalog.Name), Catalog: drawn.Catalog,
		PlatformRoles: drawn.PlatformRoles,
	}
	world.Organization = &model.Organization{Object: object(model.KindOrganization, world.Name), Catalog: drawn.Catalog.Name}
	for i := range rapid.IntRange(1, 4).Draw(t, "platform assignments") {
		world.PlatformAssignments = append(world.PlatformAssignments, drawPlatformAssignment(t, fmt.Sprintf("a%d", i)))
	}
	drawTypes(t, world)
	return world
}

// TestPlatformAgreesWithNaive compares what the index of a platform document answers with what the rules say of the objects.
func TestPlatformAgreesWithNaive(t *testing.T) {
	var yes, all int
	property.Check(t, func(t *rapid.T) {
		world := drawPlatformWorld(t)
		doc := resolve.Organization(world).Document
		index, reader := indexed(t, doc), naive.Read(world)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			want := reader.Decide(request, clock)
			all++
			if want {
				yes++
			}
			explanation := index.Explain(request)
			if got := index.Check(request); got != want || explanation.Decision != want {
				t.Fatalf("check says %v, the naive evaluator %v, to\n%s\nin\n%s\nresolved to\n%s\n%s",
					got, want, written(request), written(world), encoded(t, doc), explanation)
			}
			if len(explanation.Advice) > 0 && (len(explanation.Advice[0].Features) > 0 || len(explanation.Advice[0].Roles) > 0) {
				t.Fatalf("it advises what nobody can do without an organization, of\n%s\nin\n%s\n%s", written(request), encoded(t, doc), explanation)
			}
		}
	}, func() string { return fewer(yes, all/200, "of %d answers, %d are yes", all, yes) })
}

// TestPlatformIsLikeAnEmptyOrganization: what is asked of the platform itself is decided as in an organization that has nothing of its own
// and that all platform grants pick.
func TestPlatformIsLikeAnEmptyOrganization(t *testing.T) {
	var yes, all int
	property.Check(t, func(t *rapid.T) {
		world := drawPlatformWorld(t)
		empty := copied(world)
		empty.Name, empty.Organization.Object = "acme", object(model.KindOrganization, "acme")
		platform, organization := resolved(t, world), resolved(t, empty)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			there := *request
			if request.Resource.Properties["unit"] == world.Name {
				there.Resource.Properties = maps.Clone(request.Resource.Properties)
				there.Resource.Properties["unit"] = empty.Name
			}
			got, want := platform.Check(request), organization.Check(&there)
			all++
			if want {
				yes++
			}
			if got != want {
				t.Fatalf("the platform says %v, an organization %v, to\n%s\nin\n%s", got, want, written(request), written(world))
			}
		}
	}, func() string { return fewer(yes, all/200, "of %d answers, %d are yes", all, yes) })
}
