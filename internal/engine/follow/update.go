// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// rebuild makes the index from the whole document, of which the parts that are known are read again.
func (f *Follower) rebuild(publication *document.Publication, read func(document.Part) ([]byte, error), c *change) error {
	fragments := make([]*document.Document, 0, len(publication.Parts))
	for _, part := range publication.Parts {
		known := c.parts[part.Digest]
		fragment := *known.rest
		fragment.Users = known.users
		if known.users == nil && len(known.ids) > 0 {
			again, err := fetch(part, read)
			if err != nil {
				return err
			}
			fragment.Users = again.Users
		}
		fragments = append(fragments, &fragment)
	}
	doc, err := merged(publication, fragments)
	if err != nil {
		return err
	}
	return f.build(doc)
}

// applyChange makes the index from the one before.
func (f *Follower) applyChange(c *change, core *document.Document) error {
	if err := compiled.Indexable(core); err != nil {
		return err
	}
	users, gone, err := f.changedUsers(c)
	if err != nil {
		return err
	}
	compiler := f.compiler
	compiler.Index = compiler.Index.Next()
	compiler.Document, compiler.Index.Core = core, core
	compiler.Index.Groups, compiler.Index.UnitGroups = core.Groups, core.UnitGroups
	if c.any((*part).holdsUnits) {
		compiler.CompileUnits()
		compiler.RecompileScopes()
	}
	base, roles := c.any((*part).holdsBase), c.any((*part).holdsRoles)
	if roles {
		compiler.CompileRoles()
	}
	switch {
	case base:
		compiler.RecompileBase()
	case roles:
		compiler.RecompileEffectiveRoles()
	}
	if len(users)+len(gone) > 0 {
		compiler.Index.Users = compiler.Index.Users.Clone()
		f.replaceUsers(users, gone)
	}
	return nil
}

// changedUsers returns the users of the added parts, and the ids of the users of removed parts who are in none.
func (f *Follower) changedUsers(c *change) (users map[string]document.User, gone []string, err error) {
	removed := map[string]struct{}{}
	for _, part := range c.removed {
		for _, id := range part.ids {
			removed[id] = struct{}{}
		}
	}
	users = map[string]document.User{}
	for _, part := range c.added {
		for id, written := range part.users {
			_, twice := users[id]
			if _, known := f.compiler.Index.Users.Get(id); known && !twice {
				_, leaves := removed[id]
				twice = !leaves
			}
			if twice {
				return nil, nil, fmt.Errorf("the user %q is in several parts of the publication", id)
			}
			users[id] = written
		}
	}
	for id := range removed {
		if _, stays := users[id]; !stays {
			gone = append(gone, id)
		}
	}
	return users, gone, nil
}

// replaceUsers writes to the users' table, which no index that is in use has. A user whose grants did not change keeps them
// where they are.
func (f *Follower) replaceUsers(users map[string]document.User, gone []string) {
	c := f.compiler
	for _, id := range gone {
		was := c.Index.Users.Value(id)
		f.grants -= int(was.Until - was.From)
		c.Index.Users.Delete(id)
	}
	for id := range users {
		if id == "" {
			continue
		}
		was, end, written := c.Index.Users.Value(id), len(c.Index.Grants), users[id]
		next := c.CompileUser(&written)
		if slices.Equal(c.Index.Grants[was.From:was.Until], c.Index.Grants[next.From:next.Until]) &&
			slices.Equal(c.Index.Sources[was.From:was.Until], c.Index.Sources[next.From:next.Until]) {
			c.Index.Grants, c.Index.Sources = c.Index.Grants[:end], c.Index.Sources[:end]
			next.From, next.Until = was.From, was.Until
		}
		f.grants += int(next.Until-next.From) - int(was.Until-was.From)
		c.Index.Users.Set(id, next)
	}
}
