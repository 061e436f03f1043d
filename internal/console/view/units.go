// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Tree is the page of the units.
type Tree struct {
	Root   UnitNode
	Groups []UnitGroup
	// Top is the unit whose page it is, and Line it and those above it, the root first.
	Top  string
	Line []string
	// Found counts the units whose names contain the Filter.
	Found int
	// Chains are what the approval chains lack, and where.
	Chains []validation.ChainCoverage
	Filter string
	// lacking are the units for which chains lack approvers.
	lacking map[string]Lack
}

// UnitNode is a unit with those below it.
type UnitNode struct {
	Name, Title, Kind string
	// Holders are the roles that are held right on the unit, with how many grants there are of each. Omitted counts those that are not
	// shown.
	Holders  []state.RoleCount
	Omitted  int
	Children []UnitNode
	// Below counts the units right below. Those that are not among Children have a page of the tree of their own.
	Below int
	// Open is set if those below are shown at once.
	Open bool
	// Lack is what approval chains lack for the unit.
	Lack Lack
	// Kept is set if the unit, or one below it, is among those that the page is limited to.
	Kept bool
}

// Bounds of a page of the tree.
const (
	// mostOpen is how many units are shown at once below another one.
	mostOpen = 25
	// mostUnits is after how many units those below a unit are left to a page of their own.
	mostUnits = 250
	// mostRoles is how many roles stand beside a unit.
	mostRoles = 6
)

// UnitGroup is a named set of units.
type UnitGroup struct {
	Name    string
	Units   []string
	Holders []state.RoleCount
}

// NewTree returns the page of the units below one, the root if it is empty, of which those whose names contain a text are shown; nil if
// there is no such unit.
func NewTree(o *state.Organization, top, filter string) *Tree {
	top = cmp.Or(top, o.Tree().Root)
	if _, known := o.Document.Units[top]; !known {
		return nil
	}
	t := &Tree{Filter: filter, Top: top, Line: o.Tree().Line(top), Chains: o.Chains}
	t.lacking = lacking(t.Chains)
	t.grow(o)
	for _, name := range slices.Sorted(maps.Keys(o.Document.UnitGroups)) {
		group := UnitGroup{Name: name, Units: o.Document.UnitGroups[name], Holders: o.Counts().Group(name)}
		t.Groups = append(t.Groups, group)
	}
	return t
}

// grow adds the units, level by level, for as long as there is room.
func (t *Tree) grow(o *state.Organization) {
	t.Root = t.newNode(o, t.Top, t.Filter)
	if t.Filter != "" {
		t.keep(o, &t.Root)
		return
	}
	t.Root.Kept = true
	shown := 1
	for level := []*UnitNode{&t.Root}; len(level) > 0; {
		var next []*UnitNode
		for _, node := range level {
			below := o.Tree().Children(node.Name)
			if shown+len(below) > mostUnits && node != &t.Root {
				continue
			}
			shown += len(below)
			node.Children = make([]UnitNode, len(below))
			for i, name := range below {
				node.Children[i] = t.newNode(o, name, "")
				node.Children[i].Kept = true
				next = append(next, &node.Children[i])
			}
		}
		level = next
	}
}

// keep adds the units whose names contain the text of the page, with those above them, for as long as there is room.
func (t *Tree) keep(o *state.Organization, node *UnitNode) {
	node.Kept = containsFold(node.Name, t.Filter) || containsFold(node.Title, t.Filter)
	if node.Kept {
		t.Found++
	}
	for _, name := range o.Tree().Children(node.Name) {
		child := t.newNode(o, name, t.Filter)
		t.keep(o, &child)
		if child.Kept && t.Found <= mostUnits {
			node.Kept = true
			node.Children = append(node.Children, child)
		}
	}
}

func (t *Tree) newNode(o *state.Organization, name, filter string) UnitNode {
	node := UnitNode{
		Name: name, Title: o.Tree().Title(name), Kind: o.Document.Units[name].Kind, Holders: o.Counts().Unit(name),
		Below: len(o.Tree().Children(name)), Lack: t.lacking[name],
	}
	node.Open = filter != "" || node.Below <= mostOpen
	if node.Omitted = max(0, len(node.Holders)-mostRoles); node.Omitted > 0 {
		slices.SortStableFunc(node.Holders, func(a, b state.RoleCount) int { return cmp.Compare(b.Grants, a.Grants) })
		node.Holders = node.Holders[:mostRoles]
	}
	return node
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
	// Roles are those of which grants cover the unit, with how many do.
	Roles []state.RoleCount
	// Approvers are who may decide requests about the unit.
	Approvers []UnitStep
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
func NewUnit(o *state.Organization, name, role, page string, now time.Time) *Unit {
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
	for _, user := range o.Document.Users {
		u.Residents += b2i(user.HomeUnit == name)
	}
	u.addHolders(o, page)
	u.Approvers = stepsOf(o, name, now)
	return u
}

// addHolders counts the roles that are held on the unit, and adds a page of those who hold the role of the page there, or any. What is held
// right on the unit comes first.
func (u *Unit) addHolders(o *state.Organization, page string) {
	covering := o.Tree().CoverageOf(u.Name)
	roles, numbers := o.RoleNumbers()
	counts := make([]int, len(roles))
	var all []rankedHolding
	for holding := range o.Grants() {
		number, known := numbers[holding.Grant.Role]
		by, covers := covering.By(&holding.Grant.Scope)
		if !known || !covers {
			continue
		}
		counts[number]++
		if u.Role == "" || u.Role == holding.Grant.Role {
			all = append(all, rankedHolding{holding, number + b2i(by != u.Name)*len(roles)})
		}
	}
	for number, grants := range counts {
		if grants > 0 {
			u.Roles = append(u.Roles, state.RoleCount{Role: roles[number], Grants: grants})
		}
	}
	all, u.HolderPages = paginateSorted(all, rankedHolding.compare, page)
	for _, holding := range all {
		by, _ := covering.By(&holding.Grant.Scope)
		u.Holders = append(u.Holders, UnitHolder{
			User: holding.User, Grant: holding.Grant, By: by, Suspended: o.Document.Users[holding.User].Suspended,
		})
	}
}
