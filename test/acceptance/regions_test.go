// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Platform assignments select organizations by label: two agencies are in different regions.
func TestRegions(t *testing.T) {
	objects, err := homehealth.objects(homehealth.testdata("east"))
	if err != nil {
		t.Fatal(err)
	}
	worlds := intake.Worlds(objects)
	if len(worlds) != 2 {
		t.Fatalf("there are %d organizations", len(worlds))
	}
	east, west := resolve.Organization(&worlds[0]), resolve.Organization(&worlds[1])
	decide(t, homehealth, west.Document)
	index, err := engine.NewIndex(east.Document, engine.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	prescriptions, err := readPrescriptions(homehealth.testdata("east/decisions.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prescriptions {
		if got := index.Check(&p.Request); got != p.Expected {
			t.Errorf("%s: %s: decided %t, prescribed is %t\n%s", p.place, p.Fact, got, p.Expected, index.Explain(&p.Request))
		}
	}
	expectFindings(t, east.Findings, []string{
		"Error Role/front-desk  PlanLimitExceeded", "Error UserAssignment/ema spec.grants[front-desk].roleRef PlanLimitExceeded",
	})
	expectFindings(t, west.Findings, expectedFindings[homehealth.name])
}

// A user who is suspended on the platform may do nothing in any agency.
func TestSuspendedOnThePlatform(t *testing.T) {
	resolution := vary(t, homehealth, func(o *intake.Objects) {
		for i := range o.PlatformAssignments {
			if o.PlatformAssignments[i].Name == "root" {
				o.PlatformAssignments[i].Spec.State = v1alpha1.UserSuspended
			}
		}
	})
	ask(t, resolution.Document, clock(), []question{
		{"root@platform.example", "VIEW_CLAIMS", "", false}, {"root@platform.example", "CREATE_AGENCY", "", false},
		{"sue@platform.example", "VIEW_CLAIMS", "", true},
	})
}
