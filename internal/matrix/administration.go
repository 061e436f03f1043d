// SPDX-License-Identifier: Apache-2.0

package matrix

import "github.com/rolewright/rolewright/pkg/permissions/document"

// Administration is what the holders of one role may change of the organization.
type Administration struct {
	// Role is the name of the column.
	Role  string
	Rules []AdministrationRule
}

// AdministrationRule is an administration rule that a role has.
type AdministrationRule struct {
	// From is the role that it is inherited from, empty for a rule of the role itself.
	From string
	Rule *document.AdministrationRule
}

// administration returns what the holders of each role may change, without roles that may change nothing.
func (m *Matrix) administration() []Administration {
	var all []Administration
	for i := range m.Columns {
		of := Administration{Role: m.Columns[i].Name}
		for from, rule := range m.document.AdministrationRules(m.Columns[i].Key) {
			if from == m.Columns[i].Key {
				from = ""
			}
			of.Rules = append(of.Rules, AdministrationRule{From: from, Rule: rule})
		}
		if len(of.Rules) > 0 {
			all = append(all, of)
		}
	}
	return all
}

// Text says in words what the rule allows.
func (r *AdministrationRule) Text() string {
	text := r.Rule.Name + ": " + r.Rule.String()
	if r.From != "" {
		text += " (from " + r.From + ")"
	}
	return text
}

// forRule numbers the qualifiers of an administration rule.
func (f *footnotes) forRule(rule *document.AdministrationRule) []int {
	return f.forAlternative(document.Alternative{Qualifiers: rule.Qualifiers})
}
