// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// drawRequested draws a role that a request gives, or asks for.
func drawRequested(t *rapid.T, name string, world *model.World) model.RequestedGrant {
	known := append(slices.Clone(users[:2]), usersOf(world)...)
	requested := model.RequestedGrant{
		Object: drawObject(t, model.KindRequest, name),
		User:   rapid.SampledFrom(known).Draw(t, "beneficiary"),
		Role:   model.RoleRef{Kind: model.KindRole, Name: rapid.SampledFrom(append(rolesOf(world), "none")).Draw(t, "requested role")},
		Unit:   rapid.SampledFrom(append(unitsOf(world), "", "nowhere")).Draw(t, "unit"),
		Window: drawHours(t),
	}
	requested.Created = requested.Created.Add(time.Second - 1)
	requested.Records = drawRecords(t, world, requested.User)
	if sometimes(t, "names a scope") {
		scope := drawPlainScope(t)
		requested.Scope = &scope
	}
	return requested
}

// identify gives the objects that make people users a UID.
func identify(world *model.World) {
	for i := range world.Assignments {
		world.Assignments[i].UID = world.Assignments[i].Ref.String()
	}
	for i := range world.Groups {
		world.Groups[i].UID = world.Groups[i].Ref.String()
	}
	for i := range world.PlatformAssignments {
		world.PlatformAssignments[i].UID = world.PlatformAssignments[i].Ref.String()
	}
}

// drawRecords draws by what the beneficiary of a request was known: mostly by what makes them a user.
func drawRecords(t *rapid.T, world *model.World, user string) []model.UserRecord {
	var records []model.UserRecord
	add := func(kind string, origin model.Origin, is bool) {
		if is && !sometimes(t, "is forgotten") || sometimes(t, "is another's") {
			records = append(records, model.UserRecord{Kind: kind, Origin: origin})
		}
	}
	for i := range world.Assignments {
		add(model.KindAssignment, world.Assignments[i].Origin, world.Assignments[i].User == user)
	}
	for i := range world.Groups {
		add(model.KindGroup, world.Groups[i].Origin, slices.Contains(world.Groups[i].Members, user))
	}
	for i := range world.PlatformAssignments {
		add(model.KindPlatformAssignment, world.PlatformAssignments[i].Origin, world.PlatformAssignments[i].User == user)
	}
	return records
}

// refusal resolves everything with a role that a request asks for, and returns why the user would not hold it.
func refusal(world *model.World, asked *model.RequestedGrant) string {
	resolved := resolve.Organization(world)
	for _, finding := range resolved.Findings {
		if finding.Object == asked.Ref && finding.Severity == resolve.Error {
			return finding.Message
		}
	}
	if !slices.ContainsFunc(resolved.Document.Users[asked.User].Grants, func(g document.Grant) bool {
		return g.Source == asked.Ref.String()+" grant"
	}) {
		return fmt.Sprintf("%q would not hold it", asked.User)
	}
	return ""
}

// firstMessage returns the message of the first of some findings; empty if there is none.
func firstMessage(findings []resolve.Finding) string {
	if len(findings) == 0 {
		return ""
	}
	return findings[0].Message
}

// TestGrantCheckIsResolution: to read one user says of a role that a request asks for what a resolution of everything says.
func TestGrantCheckIsResolution(t *testing.T) {
	answers := map[bool]int{}
	property.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]func(*rapid.T) *model.World{drawConstrained, drawConstrained, drawWorld}).Draw(t, "world")
		world := draw(t)
		identify(world)
		for i := range rapid.IntRange(0, 3).Draw(t, "resolved requests") {
			world.Requested = append(world.Requested, drawRequested(t, fmt.Sprintf("resolved-%d", i), world))
		}
		resolution := resolve.Organization(world)
		before := encoded(t, resolution.Document)
		var others []model.RequestedGrant
		for i := range rapid.IntRange(0, 2).Draw(t, "other requests") {
			others = append(others, drawRequested(t, fmt.Sprintf("other-%d", i), world))
		}
		asked := drawRequested(t, "asked", world)
		assignments := map[string][]*model.Assignment{}
		for i := range world.Assignments {
			assignments[world.Assignments[i].User] = append(assignments[world.Assignments[i].User], &world.Assignments[i])
		}

		got := firstMessage(resolution.CheckGrant(&asked, others, assignments))
		if !bytes.Equal(encoded(t, resolution.Document), before) {
			t.Fatal("the check changes what was resolved")
		}
		whole := *world
		whole.Requested = slices.Concat(world.Requested, others, []model.RequestedGrant{asked})
		if want := refusal(&whole, &asked); got != want {
			t.Fatalf("the check says %q, and the resolution %q", got, want)
		}
		if again := firstMessage(resolution.CheckGrant(&asked, others, assignments)); again != got {
			t.Fatalf("the second time the check says %q instead of %q", again, got)
		}
		answers[got == ""]++
	}, func() string { return fewer(min(answers[true], answers[false]), 10, "the checks say %v", answers) })
}
