// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Tree is the page of the units.
type Tree struct {
	Root   UnitNode
	Groups []UnitGroup
	// Chains are what the approval chains lack, and where.
	Chains []ChainCoverage
	Filter string
}

// UnitNode is a unit with those below it.
type UnitNode struct {
	Name, Title, Kind string
	// Holders are the roles that are held right on the unit, with how many users hold each.
	Holders  []RoleCount
	Children []UnitNode
	// Open is set if those below are shown at once.
	Open bool
	// Kept is set if the unit, or one below it, is among those that the page is limited to.
	Kept bool
}

// mostOpen is how many units are shown at once below another one.
const mostOpen = 25

// RoleCount is how many users hold a role.
type RoleCount struct {
	Role  string
	Users int
}

// UnitGroup is a named set of units.
type UnitGroup struct {
	Name    string
	Units   []string
	Holders []RoleCount
}

// ChainCoverage is what an approval chain lacks.
type ChainCoverage struct {
	Name string
	// Steps are all of its steps.
	Steps []access.Coverage
}

// NewTree returns the page of the units, of which those whose names contain a text are shown.
func NewTree(o *state.Organization, filter string) *Tree {
	onUnits, onGroups := map[string]map[string]int{}, map[string]map[string]int{}
	count := func(counts map[string]map[string]int, place, role string) {
		if counts[place] == nil {
			counts[place] = map[string]int{}
		}
		counts[place][role]++
	}
	for role := range o.Document.Roles {
		for _, holding := range o.Holders(role) {
			if holding.Grant.Everywhere {
				count(onUnits, o.Tree().Root, role)
			}
			for _, unit := range holding.Grant.Units {
				count(onUnits, unit, role)
			}
			for _, group := range holding.Grant.UnitGroups {
				count(onGroups, group, role)
			}
		}
	}
	t := &Tree{Filter: filter, Root: newUnitNode(o, o.Tree().Root, filter, onUnits), Chains: coverage(o)}
	for _, name := range slices.Sorted(maps.Keys(o.Document.UnitGroups)) {
		t.Groups = append(t.Groups, UnitGroup{Name: name, Units: o.Document.UnitGroups[name], Holders: roleCounts(onGroups[name])})
	}
	return t
}

func newUnitNode(o *state.Organization, name, filter string, held map[string]map[string]int) UnitNode {
	node := UnitNode{Name: name, Title: o.Tree().Title(name), Kind: o.Document.Units[name].Kind, Holders: roleCounts(held[name])}
	node.Kept = containsFold(name, filter) || containsFold(node.Title, filter)
	node.Open = filter != "" || len(o.Tree().Children(name)) <= mostOpen
	for _, below := range o.Tree().Children(name) {
		child := newUnitNode(o, below, filter, held)
		node.Kept = node.Kept || child.Kept
		node.Children = append(node.Children, child)
	}
	return node
}

// roleCounts sorts roles by name.
func roleCounts(counts map[string]int) []RoleCount {
	list := make([]RoleCount, 0, len(counts))
	for _, role := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, RoleCount{Role: role, Users: counts[role]})
	}
	return list
}

// coverage returns what each approval chain lacks.
func coverage(o *state.Organization) []ChainCoverage {
	list := make([]ChainCoverage, 0, len(o.Document.Chains))
	for _, name := range slices.Sorted(maps.Keys(o.Document.Chains)) {
		chain := o.Document.Chains[name]
		list = append(list, ChainCoverage{Name: name, Steps: o.Index.Coverage(&chain)})
	}
	return list
}

// Unit is the page of one unit.
type Unit struct {
	Name, Title, Kind string
	// Line is the unit and those above it, the root first.
	Line       []string
	Children   []string
	Groups     []string
	Attributes []Attribute
	// Residents counts the users whose home it is.
	Residents   int
	Role        string
	Holders     []UnitHolder
	HolderPages Paging
	// Roles are those that someone holds there, with how many users do.
	Roles []RoleCount
}

// UnitHolder is a user who holds a role on a unit.
type UnitHolder struct {
	User  string
	Grant *document.Grant
	// By is the unit by which the grant covers this one: itself, or one above it.
	By        string
	Suspended bool
}

// NewUnit returns the page of a unit with those who hold a role there, or any role if none is named; nil if there is no such unit.
func NewUnit(o *state.Organization, name, role, page string) *Unit {
	unit, known := o.Document.Units[name]
	if !known {
		return nil
	}
	u := &Unit{
		Name: name, Title: o.Tree().Title(name), Kind: unit.Kind, Line: o.Tree().Line(name), Children: o.Tree().Children(name),
		Attributes: attributes(unit.Attributes, unit.UnknownAttributes), Role: role,
	}
	for _, group := range slices.Sorted(maps.Keys(o.Document.UnitGroups)) {
		if slices.Contains(o.Document.UnitGroups[group], name) {
			u.Groups = append(u.Groups, group)
		}
	}
	for _, id := range o.Users() {
		if o.Document.Users[id].HomeUnit == name {
			u.Residents++
		}
	}
	counts := map[string]int{}
	var rows []UnitHolder
	for held := range o.Document.Roles {
		for _, holding := range o.Holders(held) {
			by, covers := o.Tree().Covers(&holding.Grant.Scope, name)
			if !covers {
				continue
			}
			counts[held]++
			if role == "" || role == held {
				suspended := o.Document.Users[holding.User].Suspended
				rows = append(rows, UnitHolder{User: holding.User, Grant: holding.Grant, By: by, Suspended: suspended})
			}
		}
	}
	slices.SortFunc(rows, func(a, b UnitHolder) int {
		return cmp.Or(cmp.Compare(b2i(a.By != name), b2i(b.By != name)), cmp.Compare(a.Grant.Role, b.Grant.Role),
			cmp.Compare(a.User, b.User), cmp.Compare(a.Grant.Source, b.Grant.Source))
	})
	u.Roles = roleCounts(counts)
	u.Holders, u.HolderPages = paginate(rows, page)
	return u
}
