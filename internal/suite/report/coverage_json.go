// SPDX-License-Identifier: Apache-2.0

package report

import "github.com/rolewright/rolewright/internal/suite"

// JSONCoverage is what cases exercised of one organization.
type JSONCoverage struct {
	Organization string     `json:"organization"`
	Percent      float64    `json:"percent"`
	Seen         int        `json:"seen"`
	Total        int        `json:"total"`
	Items        []JSONItem `json:"items"`
}

// JSONItem is one thing that cases can exercise.
type JSONItem struct {
	// Kind is Rule, Qualifier, Prohibition, Constraint, AdministrationRule or Step.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Aspect is Given, True, False, Violated, Allowed, Asked or NotNeeded.
	Aspect string `json:"aspect"`
	Says   string `json:"says,omitempty"`
	Seen   bool   `json:"seen"`
}

// NewJSONCoverage returns coverage as JSON has it.
func NewJSONCoverage(c *suite.Coverage) []JSONCoverage {
	organizations := c.Organizations()
	all := make([]JSONCoverage, 0, len(organizations))
	for _, organization := range organizations {
		items := c.Items(organization)
		one := JSONCoverage{
			Organization: organization, Percent: Percent(items), Seen: seen(items), Total: len(items), Items: []JSONItem{},
		}
		for i := range items {
			item := &items[i]
			one.Items = append(one.Items, JSONItem{Kind: item.Kind, Name: item.Name, Aspect: item.Aspect, Says: item.Says, Seen: item.Seen})
		}
		all = append(all, one)
	}
	return all
}
