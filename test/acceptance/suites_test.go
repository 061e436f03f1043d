// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"testing"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/suite/report"
	"github.com/rolewright/rolewright/internal/validation"
)

// TestSuites runs the suites beside the samples.
func TestSuites(t *testing.T) {
	for _, s := range []system{quickstart} {
		t.Run(s.name, func(t *testing.T) {
			reader := &manifests.Reader{}
			read, err := reader.Read(s.samples())
			if err != nil {
				t.Fatal(err)
			}
			if len(read.Suites) == 0 {
				t.Fatal("there is no suite")
			}
			options := &suite.Options{Load: func(paths ...string) (*validation.Input, error) { return validation.Load(reader, paths...) }}
			for i := range read.Suites {
				if result := suite.Run(&read.Suites[i], options); !result.Passed() {
					t.Error(report.Text(result, false))
				}
			}
		})
	}
}
