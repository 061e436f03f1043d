// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Follower makes one index out of the one before, so that a change costs what changed. The next index shares all tables that
// did not change; grants, scopes, windows and capabilities are only ever added to, which readers of earlier indexes do not
// see. What cannot be had so, a change of the catalog for example, is built from the start.
type Follower struct {
	now      func() time.Time
	compiler *compiler
	// parts are those of the last publication, by digest.
	parts map[string]*livePart
	// grants is how many are somebody's, and built are the sizes of the tables when they were last built from the start.
	grants int
	built  tableSizes
}

// NewFollower returns a follower that has no index yet. Its indexes read the time from a clock.
func NewFollower(now func() time.Time) *Follower { return &Follower{now: now} }

// ReadError is the error about a part that could not be read: it may be there a moment later.
type ReadError struct{ Err error }

// Error implements error.
func (e *ReadError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// livePart is what is kept of a part: all but its users, and their ids.
type livePart struct {
	rest  *document.Document
	users map[string]document.User
	ids   []string
}

func newLivePart(fragment *document.Document) *livePart {
	rest := *fragment
	rest.Users = nil
	return &livePart{rest: &rest, users: fragment.Users, ids: slices.Collect(maps.Keys(fragment.Users))}
}

// holdsBase tells whether a part holds more than units, roles, groups and users.
func (p *livePart) holdsBase() bool {
	rest := *p.rest
	rest.Units, rest.UnitGroups, rest.Roles, rest.Groups = nil, nil, nil, nil
	return !reflect.ValueOf(rest).IsZero()
}

func (p *livePart) holdsUnits() bool { return len(p.rest.Units)+len(p.rest.UnitGroups) > 0 }

func (p *livePart) holdsRoles() bool { return len(p.rest.Roles) > 0 }

func (p *livePart) holdsGroups() bool { return len(p.rest.Groups) > 0 }

// tableSizes are the lengths of the tables that are only added to.
type tableSizes struct{ scopes, windows, capabilities int }

func sizesOf(t *tables) tableSizes {
	return tableSizes{len(t.scopes), len(t.windows), len(t.capabilities)}
}

// change is what one publication changes: parts that came and parts that went.
type change struct {
	parts      map[string]*livePart
	came, went []*livePart
}

func (c *change) any(holds func(*livePart) bool) bool {
	return slices.ContainsFunc(c.came, holds) || slices.ContainsFunc(c.went, holds)
}

// Update reads what changed and makes the next index. When it fails nothing has changed: the error is a *ReadError if
// a part could not be read, and else says what is damaged.
func (l *Follower) Update(publication *document.Publication, read func(document.Part) ([]byte, error)) (*Index, error) {
	next, err := l.compare(publication, read)
	if err != nil {
		return nil, err
	}
	core, err := l.core(publication, next)
	if err != nil {
		return nil, err
	}
	if l.mustRebuild(next, core) {
		err = l.rebuild(publication, read, next)
	} else {
		err = l.follow(next, core)
	}
	if err != nil {
		return nil, err
	}
	for _, part := range next.came {
		part.users = nil
	}
	l.parts = next.parts
	l.compiler.document = core
	l.compiler.revision = publication.Revision
	return l.compiler.Index, nil
}

// compare reads the parts that are not known yet.
func (l *Follower) compare(publication *document.Publication, read func(document.Part) ([]byte, error)) (*change, error) {
	c := &change{parts: make(map[string]*livePart, len(publication.Parts))}
	for _, part := range publication.Parts {
		known := l.parts[part.Digest]
		if known == nil {
			fragment, err := fetch(part, read)
			if err != nil {
				return nil, err
			}
			known = newLivePart(fragment)
			c.came = append(c.came, known)
		}
		c.parts[part.Digest] = known
	}
	for digest, part := range l.parts {
		if c.parts[digest] == nil {
			c.went = append(c.went, part)
		}
	}
	return c, nil
}

// fetch reads one part.
func fetch(part document.Part, read func(document.Part) ([]byte, error)) (*document.Document, error) {
	text, err := read(part)
	if err != nil {
		return nil, &ReadError{fmt.Errorf("reading %s, which %s names: %w", part, document.PublicationKey, err)}
	}
	return part.Parse(text)
}

// merged puts fragments together, which stay as they are but for their users.
func merged(publication *document.Publication, fragments []*document.Document) (*document.Document, error) {
	doc := &document.Document{
		Dimensions: map[string][]string{}, Permissions: map[string]document.Permission{}, Qualifiers: map[string]document.Condition{},
		Invariants: map[string]document.Condition{}, Chains: map[string]document.Chain{}, Units: map[string]document.Unit{}, UnitGroups: map[string][]string{},
		Roles: map[string]document.Role{}, Groups: map[string]document.Group{},
	}
	for i, fragment := range fragments {
		if err := doc.Add(fragment); err != nil {
			return nil, fmt.Errorf("%s: %w", publication.Parts[i], err)
		}
	}
	if err := publication.CheckDocument(doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// core is the document without its users.
func (l *Follower) core(publication *document.Publication, c *change) (*document.Document, error) {
	if l.compiler != nil && !c.any(func(p *livePart) bool { return p.holdsBase() || p.holdsUnits() || p.holdsRoles() || p.holdsGroups() }) {
		return l.compiler.document, nil
	}
	rests := make([]*document.Document, 0, len(publication.Parts))
	for _, part := range publication.Parts {
		rests = append(rests, c.parts[part.Digest].rest)
	}
	return merged(publication, rests)
}

// mustRebuild tells whether an index has to be built from the start: numbers that users' grants and overrides hold would
// have another meaning, or more than half of a table is waste.
func (l *Follower) mustRebuild(c *change, core *document.Document) bool {
	const spare = 1024
	if l.compiler == nil || c.any((*livePart).holdsBase) || !sameRoles(l.compiler, core.Roles) {
		return true
	}
	t, was := sizesOf(&l.compiler.tables), l.built
	return len(l.compiler.grants) > 2*l.grants+spare || t.scopes > 2*was.scopes+spare || t.windows > 2*was.windows+spare ||
		t.capabilities > 2*was.capabilities+spare
}

// sameRoles tells whether roles have the names that a compiler knows, and ask for the same entitlements each: grants then
// keep their capabilities' numbers.
func sameRoles(c *compiler, roles map[string]document.Role) bool {
	if len(roles) != len(c.roleEntitlements) {
		return false
	}
	for name, role := range roles {
		asked, known := c.roleEntitlements[name]
		if !known || !slices.Equal(asked, entitlementsOf(role)) {
			return false
		}
	}
	return true
}
