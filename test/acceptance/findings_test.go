// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/resolve"
)

// expectedFindings are the intended findings of the samples, apart from Infos.
var expectedFindings = map[string][]string{
	"contracts": {
		"Error UserAssignment/dora spec.grants[contract-viewer].scope.dimensions EmptyScope",
		"Error UserAssignment/lee spec.grants[contract-viewer].scope EmptyScope",
	},
	"homehealth": {
		"Error UserAssignment/dual spec.grants[qa-specialist] SeparationOfDuties",
		"Warning Organization/sunrise  SeparationOfDuties",
	},
}

// expectFindings compares the Errors and Warnings with those that are expected.
func expectFindings(t *testing.T, found []resolve.Finding, expected []string) {
	t.Helper()
	var got []string
	for _, f := range found {
		if f.Severity != resolve.Info {
			got = append(got, fmt.Sprintf("%s %s/%s %s %s", f.Severity, f.Object.Kind, f.Object.Name, f.Field, f.Reason))
		}
	}
	if !slices.Equal(got, expected) {
		t.Errorf("found\n  %s\nexpected\n  %s", strings.Join(got, "\n  "), strings.Join(expected, "\n  "))
	}
}

func TestSamplesHaveTheExpectedFindings(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { resolveSystem(t, s) })
	}
}

// Catalogs, platform roles and platform assignments have no findings by themselves.
func TestPlatformObjectsAreFlawless(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			objects, err := s.objects()
			if err != nil {
				t.Fatal(err)
			}
			expectFindings(t, platform(objects).Findings, nil)
		})
	}
}
