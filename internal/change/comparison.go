// SPDX-License-Identifier: Apache-2.0

package change

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Between returns the difference between two states of one organization. A resolution is nil if the organization does not exist
// in that state. It fails if one of them has no document, and if the effects are too many to be told apart.
func Between(was, is *resolve.Resolution, options Options) (*Difference, error) {
	c, err := newComparison(was, is, options)
	if err != nil {
		return nil, err
	}
	defer c.enterGround()()
	d, err := c.whatUsersMayDo()
	if err != nil {
		return nil, err
	}
	d.About, d.Roles = c.aboutUsers(), c.roleChanges()
	if err := c.compareApprovers(d); err != nil {
		return nil, err
	}
	c.compareFindings(d)
	c.options.narrow(d)
	return d, nil
}

// Effects returns that part of the difference that is about what users may do: its effects and what moved. If one of the states was
// resolved as an update of the other, it costs what changed, however many users there are. Causes in trials have no Reason.
func Effects(was, is *resolve.Resolution) (*Difference, error) {
	c, err := newComparison(was, is, Options{})
	if err != nil {
		return nil, err
	}
	defer c.enterGround()()
	return c.whatUsersMayDo()
}

func newComparison(was, is *resolve.Resolution, options Options) (*comparison, error) {
	c := &comparison{
		resolutions: [states]*resolve.Resolution{was, is}, options: options,
		roles: map[string]*roleAs{}, scopes: map[string]*scopePair{}, places: map[string]Where{},
		changedUsers: map[string]struct{}{},
	}
	if was == nil && is == nil {
		return nil, errors.New("the organization exists in neither state")
	}
	c.updated = is.DifferenceFrom(was)
	for state, resolution := range c.resolutions {
		switch {
		case resolution == nil:
			c.docs[state] = &document.Document{}
		case resolution.Document == nil:
			return nil, fmt.Errorf("the state %s the change cannot be resolved: %s", [...]string{"before", "after"}[state], whyNot(resolution))
		default:
			c.docs[state] = resolution.Document
			c.name = resolution.Document
		}
	}
	return c, nil
}

// whyNot says why a resolution has no document.
func whyNot(resolution *resolve.Resolution) string {
	if len(resolution.Findings) == 0 {
		return "its catalog is missing"
	}
	return resolution.Findings[0].Message
}

// comparison is two states laid over each other.
type comparison struct {
	resolutions [states]*resolve.Resolution
	docs        [states]*document.Document
	// name is a document that names the organization.
	name    *document.Document
	options Options

	*ground
	directory *directory
	roles     map[string]*roleAs
	scopes    map[string]*scopePair
	// updated is what may differ at all.
	updated model.Difference
	// changedUsers are those whose entries differ.
	changedUsers map[string]struct{}
	// suspectDefaults is set if the default grants differ.
	suspectDefaults bool
	// places are those that were described, by spans and state.
	places map[string]Where
	// errors are those of each state: see errorsIn.
	errors [states]map[string]string
	key    []byte
}

// whatUsersMayDo compares what all users may do, and so reads all that this depends on.
func (c *comparison) whatUsersMayDo() (*Difference, error) {
	c.readFacts()
	c.suspectPermissions()
	c.suspectDefaults = !sameGrants(c.docs[before].DefaultGrants, c.docs[after].DefaultGrants)
	effects, err := c.effects()
	if err != nil {
		return nil, err
	}
	d := &Difference{Namespace: c.name.Namespace, Organization: c.name.Organization, Effects: effects}
	d.Moved, d.Types = c.moved(), c.typeChanges()
	return d, nil
}

// readConditions numbers all qualifiers; prohibitions are numbered with their permissions.
func (c *comparison) readConditions() {
	for state, doc := range c.docs {
		for _, name := range slices.Sorted(maps.Keys(doc.Qualifiers)) {
			c.conditions.number(state, name, doc.Qualifiers[name])
		}
	}
}

// moved returns the types that are kinds of units in one of the states only.
func (c *comparison) moved() []Moved {
	if !c.updated.IsEverything() {
		return nil
	}
	kinds := [states]map[string]struct{}{kindsOf(c.docs[before]), kindsOf(c.docs[after])}
	var moved []Moved
	for state, those := range kinds {
		for kind := range those {
			if _, both := kinds[1-state][kind]; !both {
				moved = append(moved, Moved{Type: kind, Kind: state == after})
			}
		}
	}
	slices.SortFunc(moved, func(a, b Moved) int { return compareTexts(a.Type, b.Type) })
	return moved
}
