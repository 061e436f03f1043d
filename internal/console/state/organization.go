// SPDX-License-Identifier: Apache-2.0

package state

import (
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
			o.userIDs = slices.AppendSeq(make([]string, 0, len(o.Document.Users)), maps.Keys(o.Document.Users))
			slices.Sort(o.userIDs)
		}
	})
	return o.userIDs
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
