// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Held is a permission with what it is held under.
type Held struct {
	Name, Title, Description string
	// Ways are the alternatives, one of which suffices; none if there is no condition.
	Ways []Way
	// Never are the prohibitions on the permission, and Refused says why it is refused to everyone; empty if it is not.
	Never   []Condition
	Refused string
}

// Way is an alternative: everything in it must be true.
type Way struct {
	Conditions []Condition
	// Features and Entitlements are required. Off are those of the features that the organization does not have.
	Features, Entitlements, Off []string
}

// Condition is a named condition.
type Condition struct {
	Name, Description, Expression string
}

// Section is the permissions of one section.
type Section struct {
	Name, Title string
	Permissions []Held
}

// newHeld describes a permission that is held under alternatives.
func newHeld(o *state.Organization, name string, alternatives []document.Alternative) Held {
	text, permission := o.Texts.Permissions[name], o.Document.Permissions[name]
	held := Held{Name: name, Title: cmp.Or(text.DisplayName, name), Description: text.Description, Refused: permission.Refused}
	for _, prohibition := range permission.Prohibitions {
		held.Never = append(held.Never, newCondition(prohibition, o.Document.Prohibitions[prohibition]))
	}
	for i := range alternatives {
		way := Way{Features: alternatives[i].RequiredFeatures, Entitlements: alternatives[i].RequiredEntitlements}
		for _, qualifier := range alternatives[i].Qualifiers {
			way.Conditions = append(way.Conditions, newCondition(qualifier, o.Document.Qualifiers[qualifier]))
		}
		for _, feature := range way.Features {
			if !slices.Contains(o.Document.Features, feature) {
				way.Off = append(way.Off, feature)
			}
		}
		if len(way.Conditions)+len(way.Features)+len(way.Entitlements) == 0 {
			held.Ways = nil
			return held
		}
		held.Ways = append(held.Ways, way)
	}
	return held
}

func newCondition(name string, condition document.Condition) Condition {
	return Condition{Name: name, Description: strings.Join(strings.Fields(condition.Description), " "), Expression: condition.Expression}
}

// bySection sorts permissions into the sections of the catalog, in its order.
func bySection(o *state.Organization, held []Held) []Section {
	position := map[string]int{}
	sections := map[string]int{}
	for i, section := range o.Environment.Catalog.Sections {
		sections[section] = i + 1
	}
	for i := range o.Environment.Catalog.Permissions {
		position[o.Environment.Catalog.Permissions[i].Name] = i + 1
	}
	last := len(position) + len(sections) + 1
	section := func(h *Held) string { return o.Document.Permissions[h.Name].Section }
	slices.SortFunc(held, func(a, b Held) int {
		return cmp.Or(
			cmp.Compare(cmp.Or(sections[section(&a)], last), cmp.Or(sections[section(&b)], last)), cmp.Compare(section(&a), section(&b)),
			cmp.Compare(position[a.Name], position[b.Name]), cmp.Compare(a.Name, b.Name),
		)
	})
	var list []Section
	for i := range held {
		name := section(&held[i])
		if len(list) == 0 || list[len(list)-1].Name != name {
			list = append(list, Section{Name: name, Title: cmp.Or(o.Texts.Sections[name].DisplayName, name)})
		}
		current := &list[len(list)-1]
		current.Permissions = append(current.Permissions, held[i])
	}
	return list
}
