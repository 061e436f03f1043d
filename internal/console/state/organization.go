// SPDX-License-Identifier: Apache-2.0

package state

import (
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Organization is one organization of a State.
type Organization struct {
	Namespace, Name string
	// Objects are those that the organization was resolved from, with those of other organizations that were read with them.
	Objects *intake.Objects
	// Members are its objects.
	Members *intake.Members
	// Environment is what they mean, but for assignments, of which there may be hundred thousands.
	Environment *model.World
	// Unresolved says why the organization could not be resolved: what was not read of it. It is empty if it was.
	Unresolved string
	// Resolution is nil if the organization could not be resolved.
	Resolution *resolve.Resolution
	// Document and Index are nil if nothing may be published: Findings say why, or Unresolved.
	Document *document.Document
	Index    *engine.Index
	// Chains say what approval chains lack, by name, as of when the state was made.
	Chains []validation.ChainCoverage
	// Texts are display names and descriptions.
	Texts *matrix.Texts
	// Findings are those in its objects, and in those that the platform shares with it.
	Findings []validation.Finding

	*derived
}

// derived is what follows from a resolution, once it is asked for.
type derived struct {
	users   sync.Once
	userIDs []string
	holders sync.Once
	holding map[string][]Holding
	tree    sync.Once
	units   *Tree
	counts  sync.Once
	counted *Counts
}

// World returns what all objects mean, assignments among them. It is translated at each call: nothing keeps it.
func (o *Organization) World() *model.World {
	world := intake.World(o.Namespace, o.Name, o.Members)
	return &world
}

// Title returns the display name, or the name if there is none.
func (o *Organization) Title() string {
	if o.Texts.Organization != "" {
		return o.Texts.Organization
	}
	return o.Name
}

// Publication returns what the manager says of what is published; nil if it says nothing.
func (o *Organization) Publication() *v1alpha1.Publication {
	return o.Members.Organization.Status.Publication
}

// Users returns the ids of all users, sorted.
func (o *Organization) Users() []string {
	o.users.Do(func() {
		if o.Document != nil {
			o.userIDs = slices.Sorted(maps.Keys(o.Document.Users))
		}
	})
	return o.userIDs
}

// Holding is a grant of a role to a user.
type Holding struct {
	User  string
	Grant *document.Grant
}

// Holders returns who holds a role by itself, not through one that inherits it, by user; suspended users are among them.
func (o *Organization) Holders(role string) []Holding {
	o.holders.Do(o.collectHolders)
	return o.holding[role]
}

func (o *Organization) collectHolders() {
	lists := make(map[string]*[]Holding, len(o.Document.Roles))
	for _, id := range o.Users() {
		user := o.Document.Users[id]
		for grant := range o.Document.GrantsOf(&user) {
			list := lists[grant.Role]
			if list == nil {
				list = new([]Holding)
				lists[grant.Role] = list
			}
			*list = append(*list, Holding{User: id, Grant: grant})
		}
	}
	o.holding = make(map[string][]Holding, len(lists))
	for role, list := range lists {
		o.holding[role] = slices.Clip(*list)
	}
}

// Tree returns the units.
func (o *Organization) Tree() *Tree {
	o.tree.Do(func() { o.units = newTree(o) })
	return o.units
}

// IndexAt returns an index that answers for a moment.
func (o *Organization) IndexAt(moment time.Time) (*engine.Index, error) {
	if o.Index == nil {
		return nil, texts.NotResolved(o.Namespace, o.Name, nil)
	}
	return o.Index.At(moment), nil
}

// Counts are how many grants of each role there are right on each unit and each group of units, by their names.
type Counts struct{ Units, Groups map[string]map[string]int }

// Counts counts the grants; those that cover everything are on the root.
func (o *Organization) Counts() *Counts {
	o.counts.Do(o.count)
	return o.counted
}

// Covering yields each grant that covers a unit, by role, with the unit by which it does: the nearest of the unit itself and those above
// it.
func (o *Organization) Covering(unit string) iter.Seq2[string, Holding] {
	covering := o.Tree().CoverageOf(unit)
	return func(yield func(string, Holding) bool) {
		for _, role := range slices.Sorted(maps.Keys(o.Document.Roles)) {
			for _, holding := range o.Holders(role) {
				if by, covers := covering.By(&holding.Grant.Scope); covers && !yield(by, holding) {
					return
				}
			}
		}
	}
}

func (o *Organization) count() {
	o.counted = &Counts{Units: map[string]map[string]int{}, Groups: map[string]map[string]int{}}
	for role := range o.Document.Roles {
		units, groups := map[string]int{}, map[string]int{}
		for _, holding := range o.Holders(role) {
			if holding.Grant.Everywhere {
				units[o.Tree().Root]++
			}
			for _, unit := range holding.Grant.Units {
				units[unit]++
			}
			for _, group := range holding.Grant.UnitGroups {
				groups[group]++
			}
		}
		addCounts(o.counted.Units, role, units)
		addCounts(o.counted.Groups, role, groups)
	}
}

// addCounts adds the grants of a role, by place.
func addCounts(counts map[string]map[string]int, role string, places map[string]int) {
	for place, count := range places {
		if counts[place] == nil {
			counts[place] = map[string]int{}
		}
		counts[place][role] = count
	}
}
