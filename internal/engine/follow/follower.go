// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Follower makes one index out of the one before, so that a change costs what changed. The next index shares all tables that
// did not change; grants, scopes, windows and effective roles are only ever added to, which readers of earlier indexes do not
// see. A change of the catalog compiles what it says again, and no user. What cannot be had so, a change of the default grants for
// example, is built from the start.
type Follower struct {
	now      func() time.Time
	compiler *compiled.Compiler
	// parts are those of the last publication, by digest.
	parts map[string]*part
	// grants is how many belong to a user, and built are the sizes of the tables when they were last built from the start.
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

// part is what is kept of a part: all but its users, and their ids.
type part struct {
	rest  *document.Document
	users map[string]document.User
	ids   []string
}

func newPart(fragment *document.Document) *part {
	rest := *fragment
	rest.Users = nil
	return &part{rest: &rest, users: fragment.Users, ids: slices.Collect(maps.Keys(fragment.Users))}
}

// holdsBase reports whether a part holds more than units, roles, groups and users.
func (p *part) holdsBase() bool {
	rest := *p.rest
	rest.Units, rest.UnitGroups, rest.Roles, rest.Groups = nil, nil, nil, nil
	return !reflect.ValueOf(rest).IsZero()
}

func (p *part) holdsBaseAndUsers() bool { return len(p.ids) > 0 && p.holdsBase() }

func (p *part) holdsUnits() bool { return len(p.rest.Units)+len(p.rest.UnitGroups) > 0 }

func (p *part) holdsRoles() bool { return len(p.rest.Roles) > 0 }

func (p *part) holdsGroups() bool { return len(p.rest.Groups) > 0 }

// tableSizes are the lengths of the tables that are only added to.
type tableSizes struct{ scopes, windows, effectiveRoles, details int }

func sizesOf(t *compiled.Index) tableSizes {
	return tableSizes{len(t.Scopes), len(t.Windows), len(t.EffectiveRoles), len(t.Details)}
}

// change is what one publication changes: the parts that are added and those that are removed.
type change struct {
	parts          map[string]*part
	added, removed []*part
}

func (c *change) any(holds func(*part) bool) bool {
	return slices.ContainsFunc(c.added, holds) || slices.ContainsFunc(c.removed, holds)
}

// Update reads what changed and makes the next index. When it fails nothing has changed: the error is a *ReadError if
// a part could not be read, and else says what is damaged.
func (f *Follower) Update(publication *document.Publication, read func(document.Part) ([]byte, error)) (*compiled.Index, error) {
	next, err := f.diff(publication, read)
	if err != nil {
		return nil, err
	}
	core, err := f.core(publication, next)
	if err != nil {
		return nil, err
	}
	if f.mustRebuild(next, core) {
		err = f.rebuild(publication, read, next)
	} else {
		err = f.applyChange(next, core)
	}
	if err != nil {
		return nil, err
	}
	for _, part := range next.added {
		part.users = nil
	}
	f.parts = next.parts
	f.compiler.Document = core
	f.compiler.Index.SourceRevision = publication.Revision
	return f.compiler.Index, nil
}

// diff reads the parts that are not known yet.
func (f *Follower) diff(publication *document.Publication, read func(document.Part) ([]byte, error)) (*change, error) {
	c := &change{parts: make(map[string]*part, len(publication.Parts))}
	for _, part := range publication.Parts {
		known := f.parts[part.Digest]
		if known == nil {
			fragment, err := fetch(part, read)
			if err != nil {
				return nil, err
			}
			known = newPart(fragment)
			c.added = append(c.added, known)
		}
		c.parts[part.Digest] = known
	}
	for digest, part := range f.parts {
		if c.parts[digest] == nil {
			c.removed = append(c.removed, part)
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
		Prohibitions: map[string]document.Condition{}, Chains: map[string]document.Chain{}, Units: map[string]document.Unit{},
		UnitGroups: map[string][]string{},
		Roles:      map[string]document.Role{}, Groups: map[string]document.Group{},
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
func (f *Follower) core(publication *document.Publication, c *change) (*document.Document, error) {
	if f.compiler != nil && !c.any(func(p *part) bool { return p.holdsBase() || p.holdsUnits() || p.holdsRoles() || p.holdsGroups() }) {
		return f.compiler.Document, nil
	}
	rests := make([]*document.Document, 0, len(publication.Parts))
	for _, part := range publication.Parts {
		rests = append(rests, c.parts[part.Digest].rest)
	}
	return merged(publication, rests)
}

// mustRebuild reports whether an index has to be built from the start: numbers that users' grants and overrides hold would
// have another meaning, the part of the catalog holds users as well, or more than half of a table is waste.
func (f *Follower) mustRebuild(c *change, core *document.Document) bool {
	return f.compiler == nil || !f.compiler.KeepsUsers(core) || c.any((*part).holdsBaseAndUsers) || f.wastes()
}
