// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"errors"
	"testing"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/validation"
)

// FuzzSuite runs suites of any content. One that has no problem has cases, and each of them asks something.
func FuzzSuite(f *testing.F) {
	for text := range problems {
		f.Add(text)
	}
	for _, text := range cases {
		f.Add(text)
	}
	// The schemas are compiled before the clock of the fuzzer runs.
	if _, err := load(library); err != nil {
		f.Fatal(err)
	}
	only := func(paths ...string) (*validation.Input, error) {
		if len(paths) != 1 || paths[0] != library {
			return nil, errors.New("no other files are read here")
		}
		return load(paths...)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range (&manifests.Reader{}).Parse("suite.yaml", []byte(head+text)).Suites {
			result := suite.Run(&s, &suite.Options{Load: only, Manifests: []string{library}, Coverage: &suite.Coverage{}})
			if len(result.Problems) == 0 && len(result.Cases) == 0 {
				t.Errorf("nothing is run and nothing is wrong:\n%s", text)
			}
			for i := range result.Cases {
				if result.Cases[i].Checks == 0 {
					t.Errorf("%s asks nothing:\n%s", result.Cases[i].Name, text)
				}
			}
		}
	})
}
