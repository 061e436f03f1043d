// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Roles is the list of roles.
type Roles struct {
	Rows []RoleRow
	Paging
	Filter string
}

// RoleRow is a role in a list.
type RoleRow struct {
	Key, Title, Description, Category string
	// Origin is whose role it is.
	Origin string
	// Permissions and Holders count what it holds, inherited ones among them, and who holds it by itself.
	Permissions, Holders int
	// Inherits are the roles that it inherits directly.
	Inherits []string
	Findings int
}

// Whose a role is.
const (
	originStandard = "standard"
	originCustom   = "custom"
	originPlatform = "platform"
)

// NewRoles returns a page of the roles whose names contain a text, by rank.
func NewRoles(o *state.Organization, filter, page string) *Roles {
	list := &Roles{Filter: filter}
	var rows []RoleRow
	for key := range o.Document.Roles {
		if row := newRoleRow(o, key); containsFold(row.Key, filter) || containsFold(row.Title, filter) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b RoleRow) int {
		return cmp.Or(
			cmp.Compare(b2i(a.Origin == originPlatform), b2i(b.Origin == originPlatform)),
			cmp.Compare(len(o.Document.Roles[a.Key].Inherits), len(o.Document.Roles[b.Key].Inherits)), cmp.Compare(a.Key, b.Key),
		)
	})
	list.Rows, list.Paging = paginate(rows, page)
	return list
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func newRoleRow(o *state.Organization, key string) RoleRow {
	role, text := o.Document.Roles[key], o.Texts.Roles[key]
	row := RoleRow{
		Key: key, Title: cmp.Or(text.Text.DisplayName, key), Description: text.Text.Description, Category: text.Category,
		Origin: originCustom, Permissions: len(role.Permissions), Holders: o.Resolution.Holders[key],
		Findings: len(findingsAbout(o.Findings, roleRef(o, key))),
	}
	if strings.HasPrefix(key, model.KindPlatformRole+"/") {
		row.Origin = originStandard
		if role.Platform {
			row.Origin = originPlatform
		}
	}
	if written := writtenRole(o, key); written != nil {
		for i := range written.Inherits {
			row.Inherits = append(row.Inherits, written.Inherits[i].Role.Key())
		}
	}
	return row
}

// Role is the page of one role.
type Role struct {
	RoleRow
	Ref      model.Ref
	Sections []Section
	// Above are the roles that inherit it, however far.
	Above   []string
	Parents []Parent
	Rules   []*document.AdministrationRule
	// InheritedRules are the administration rules of roles that it inherits, by role.
	InheritedRules map[string][]*document.AdministrationRule
	Constraints    []string
	Graph          *Graph
	HolderRows     []HolderRow
	HolderPages    Paging
	About          []validation.Finding
}

// Parent is a role that another one inherits directly.
type Parent struct {
	Key string
	// Missing is set if there is no such role: nothing is inherited then.
	Missing bool
	// Adds are the permissions that the heir takes over, and Cuts those that it leaves out.
	Adds, Cuts []string
	// Alone are those of Adds that neither the heir's own rules nor another parent gives.
	Alone int
}

// parents returns what a role inherits, parent by parent.
func parents(o *state.Organization, key string) []Parent {
	written := writtenRole(o, key)
	if written == nil {
		return nil
	}
	var list []Parent
	for i := range written.Inherits {
		inherited := &written.Inherits[i]
		parent := Parent{Key: inherited.Role.Key()}
		role, known := o.Document.Roles[parent.Key]
		parent.Missing = !known
		for _, name := range slices.Sorted(maps.Keys(role.Permissions)) {
			if picks(&inherited.Except, name, o.Document.Permissions[name].Section) {
				parent.Cuts = append(parent.Cuts, name)
			} else {
				parent.Adds = append(parent.Adds, name)
			}
		}
		list = append(list, parent)
	}
	countAlone(o, written, list)
	return list
}

// countAlone counts what an heir has through one parent only.
func countAlone(o *state.Organization, heir *model.Role, parents []Parent) {
	sources := map[string]int{}
	for i := range parents {
		for _, name := range parents[i].Adds {
			sources[name]++
		}
	}
	for i := range heir.Rules {
		for name := range o.Document.Permissions {
			if picks(&heir.Rules[i].Selector, name, o.Document.Permissions[name].Section) {
				sources[name]++
			}
		}
	}
	for i := range parents {
		for _, name := range parents[i].Adds {
			if sources[name] == 1 {
				parents[i].Alone++
			}
		}
	}
}

// picks reports whether a selector picks a permission of a section.
func picks(selector *model.Selector, permission, section string) bool {
	return slices.Contains(selector.Permissions, permission) ||
		slices.Contains(selector.Sections, section) || slices.Contains(selector.Sections, "*")
}

// HolderRow is a grant of a role to a user.
type HolderRow struct {
	User      string
	Grant     *document.Grant
	Suspended bool
	// Through is the role that the user holds and that inherits this one; empty for a holder of the role itself.
	Through string
}

// NewRole returns the page of a role, nil if there is none.
func NewRole(o *state.Organization, key, page string) *Role {
	role, known := o.Document.Roles[key]
	if !known {
		return nil
	}
	r := &Role{
		RoleRow: newRoleRow(o, key), Ref: roleRef(o, key), Constraints: role.ConstrainedBy,
		InheritedRules: map[string][]*document.AdministrationRule{},
	}
	r.About = append(findingsAbout(o.Findings, r.Ref), findingsInRoles(o, role.Inherits...)...)
	var held []Held
	for name, alternatives := range role.Permissions {
		held = append(held, newHeld(o, name, alternatives))
	}
	r.Sections = bySection(o, held)
	for from, rule := range o.Document.AdministrationRules(key) {
		if from == key {
			r.Rules = append(r.Rules, rule)
		} else {
			r.InheritedRules[from] = append(r.InheritedRules[from], rule)
		}
	}
	for _, above := range slices.Sorted(maps.Keys(o.Document.Roles)) {
		if slices.Contains(o.Document.Roles[above].Inherits, key) {
			r.Above = append(r.Above, above)
		}
	}
	r.Parents = parents(o, key)
	r.Graph = newGraph(o, key)
	r.addHolders(o, page)
	return r
}

// addHolders adds a page of those who hold the role, itself or through one that inherits it.
func (r *Role) addHolders(o *state.Organization, page string) {
	ranks := map[string]int{r.Key: 0}
	for i, above := range r.Above {
		ranks[above] = i + 1
	}
	var all []rankedHolding
	for holding := range o.Grants() {
		if rank, listed := ranks[holding.Grant.Role]; listed {
			all = append(all, rankedHolding{holding, rank})
		}
	}
	all, r.HolderPages = paginateSorted(all, rankedHolding.compare, page)
	for _, holding := range all {
		row := HolderRow{User: holding.User, Grant: holding.Grant, Suspended: o.Document.Users[holding.User].Suspended}
		if holding.rank > 0 {
			row.Through = holding.Grant.Role
		}
		r.HolderRows = append(r.HolderRows, row)
	}
}

// rankedHolding is a grant in a list that is sorted by rank first, and then by user.
type rankedHolding struct {
	state.Holding
	rank int
}

func (h rankedHolding) compare(other rankedHolding) int {
	// Of hundred thousands, most differ in rank: their names and grants lie far apart in memory, and are not looked at.
	switch {
	case h.rank != other.rank:
		return cmp.Compare(h.rank, other.rank)
	case h.User != other.User:
		return cmp.Compare(h.User, other.User)
	}
	return cmp.Compare(h.Grant.Source, other.Grant.Source)
}

// writtenRole returns a role as it is written, nil if there is none.
func writtenRole(o *state.Organization, key string) *model.Role {
	for _, roles := range [][]model.Role{o.Environment.Roles, o.Environment.PlatformRoles} {
		for i := range roles {
			if (model.RoleRef{Kind: roles[i].Kind, Name: roles[i].Name}).Key() == key {
				return &roles[i]
			}
		}
	}
	return nil
}

func roleRef(o *state.Organization, key string) model.Ref {
	if written := writtenRole(o, key); written != nil {
		return written.Ref
	}
	return model.Ref{}
}
