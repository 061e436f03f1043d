// SPDX-License-Identifier: Apache-2.0

package state

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// ChainCoverage is what an approval chain lacks.
type ChainCoverage struct {
	Name string
	// Steps are all of its steps.
	Steps []access.Coverage
}

// Coverage returns what each approval chain lacks, by name, as of when it is first asked for. Who may decide is told apart for every unit,
// which takes too long for each page.
func (o *Organization) Coverage() []ChainCoverage {
	o.covering.Do(func() {
		if o.Document == nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(o.Document.Chains)) {
			chain := o.Document.Chains[name]
			o.coverage = append(o.coverage, ChainCoverage{Name: name, Steps: o.Index.Coverage(&chain)})
		}
	})
	return o.coverage
}
