// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/suite/report"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/internal/validation"
)

// TestSuites runs the suites beside the samples, which exercise all that the samples say.
func TestSuites(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			input, suites := s.suites(t)
			options := &suite.Options{
				Load:     func(...string) (*validation.Input, error) { return input, nil },
				Coverage: &suite.Coverage{},
			}
			for i := range suites {
				if result := suite.Run(&suites[i], options); !result.Passed() {
					t.Error(report.Text(result, false, terminal.Style{}))
				}
			}
			for _, organization := range options.Coverage.Organizations() {
				if report.Percent(options.Coverage.Items(organization)) < 100 {
					t.Error(report.CoverageText(options.Coverage))
				}
			}
		})
	}
}

// TestSuitesNoticeLostRules shows that the suites notice roles that are not what they are: of each role, its rules are taken away.
func TestSuitesNoticeLostRules(t *testing.T) {
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			input, suites := s.suites(t)
			for i := range input.Objects.Roles {
				role := &input.Objects.Roles[i]
				rules := role.Spec.Rules
				if len(rules) == 0 {
					continue
				}
				role.Spec.Rules = nil
				noticed := false
				for j := range suites {
					result := suite.Run(&suites[j], &suite.Options{Load: func(...string) (*validation.Input, error) { return input, nil }})
					noticed = noticed || result.Failed() > 0
				}
				if !noticed {
					t.Errorf("no suite of %s notices that %s has no rules", s.name, role.Name)
				}
				role.Spec.Rules = rules
			}
		})
	}
}

// suites reads the manifests of a sample, and the suites beside them.
func (s system) suites(t *testing.T) (*validation.Input, []manifests.Suite) {
	t.Helper()
	read, err := (&manifests.Reader{}).Read(s.samples())
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Suites) == 0 {
		t.Fatal("there is no suite")
	}
	for i := range read.Suites {
		if !strings.Contains(read.Suites[i].Object.Position.File, "/tests/") {
			t.Errorf("%s is where kubectl applies it", read.Suites[i].Object.Position)
		}
	}
	input, err := validation.FromManifests(read)
	if err != nil {
		t.Fatal(err)
	}
	return input, read.Suites
}
