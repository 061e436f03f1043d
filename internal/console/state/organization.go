// SPDX-License-Identifier: Apache-2.0

package state

import (
	"maps"
	"slices"
	"sync"
	"time"

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
	World   *model.World
	// Unresolved says why the organization could not be resolved: what was not read of it. It is empty if it was.
	Unresolved string
	// Resolution is nil if the organization could not be resolved.
	Resolution *resolve.Resolution
	// Document and Index are nil if nothing may be published: Findings say why, or Unresolved.
	Document *document.Document
	Index    *engine.Index
	// Texts are display names and descriptions.
	Texts *matrix.Texts
	// Findings are those in its objects, and in those that the platform shares with it.
	Findings []validation.Finding

	// deferred is set on an organization of a baseline.
	deferred  bool
	resolving sync.Once

	users   sync.Once
	userIDs []string
	holders sync.Once
	holding map[string][]Holding
	tree    sync.Once
	units   *Tree
}

// Title returns the display name, or the name if there is none.
func (o *Organization) Title() string {
	if o.Texts.Organization != "" {
		return o.Texts.Organization
	}
	return o.Name
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
	o.holding = map[string][]Holding{}
	for _, id := range o.Users() {
		user := o.Document.Users[id]
		for grant := range o.Document.GrantsOf(&user) {
			o.holding[grant.Role] = append(o.holding[grant.Role], Holding{User: id, Grant: grant})
		}
	}
}

// Tree returns the units.
func (o *Organization) Tree() *Tree {
	o.tree.Do(func() { o.units = newTree(o) })
	return o.units
}

// IndexAt returns an index that answers for a moment.
func (o *Organization) IndexAt(moment time.Time) (*engine.Index, error) {
	return engine.NewIndex(o.Document, engine.WithClock(func() time.Time { return moment }))
}
