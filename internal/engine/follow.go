// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// rebuild makes the index from the whole document, of which the parts that are known are read again.
func (l *Follower) rebuild(publication *document.Publication, read func(document.Part) ([]byte, error), c *change) error {
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
	if err := indexable(doc); err != nil {
		return err
	}
	x := &Index{}
	x.now = l.now
	l.compiler = newCompiler(x, doc)
	l.compiler.compile()
	l.grants, l.built = len(x.grants), sizesOf(&x.tables)
	return nil
}

// follow makes the index from the one before.
func (l *Follower) follow(c *change, core *document.Document) error {
	users, gone, err := l.changedUsers(c)
	if err != nil {
		return err
	}
	compiler := l.compiler
	compiler.Index = &Index{tables: compiler.tables}
	compiler.document = core
	compiler.groups = core.Groups
	if c.any((*livePart).holdsUnits) {
		compiler.compileUnits()
		compiler.recompileScopes()
	}
	if c.any((*livePart).holdsRoles) {
		compiler.roles = core.Roles
		compiler.recompileCapabilities()
	}
	if len(users)+len(gone) > 0 {
		compiler.users = maps.Clone(compiler.users)
		l.replaceUsers(users, gone)
	}
	return nil
}

// changedUsers returns the users of the parts that came, and the ids of those of the parts that went who are in none.
func (l *Follower) changedUsers(c *change) (users map[string]document.User, gone []string, err error) {
	went := map[string]struct{}{}
	for _, part := range c.went {
		for _, id := range part.ids {
			went[id] = struct{}{}
		}
	}
	users = map[string]document.User{}
	for _, part := range c.came {
		for id, written := range part.users {
			_, twice := users[id]
			if _, known := l.compiler.users[id]; known && !twice {
				_, leaves := went[id]
				twice = !leaves
			}
			if twice {
				return nil, nil, fmt.Errorf("the user %q is in several parts of the publication", id)
			}
			users[id] = written
		}
	}
	for id := range went {
		if _, stays := users[id]; !stays {
			gone = append(gone, id)
		}
	}
	return users, gone, nil
}

// replaceUsers writes to the users' map, which no index that is in use has. A user whose grants did not change keeps them
// where they are.
func (l *Follower) replaceUsers(users map[string]document.User, gone []string) {
	c := l.compiler
	for _, id := range gone {
		l.grants -= int(c.users[id].until - c.users[id].from)
		delete(c.users, id)
	}
	for id := range users {
		if id == "" {
			continue
		}
		was, end, written := c.users[id], len(c.grants), users[id]
		compiled := c.compileUser(&written)
		if slices.Equal(c.grants[was.from:was.until], c.grants[compiled.from:compiled.until]) {
			c.grants = c.grants[:end]
			compiled.from, compiled.until = was.from, was.until
		}
		l.grants += int(compiled.until-compiled.from) - int(was.until-was.from)
		c.users[id] = compiled
	}
}

// recompileScopes compiles the scopes that are known for other units, under the numbers that they have.
func (c *compiler) recompileScopes() {
	known := c.scopes
	c.scopes = make([]scope, 0, len(known))
	for i := range known {
		c.scopes = append(c.scopes, c.compileScope(known[i].written))
	}
}

// recompileCapabilities compiles the capabilities that are known for other roles, under the numbers that they have.
func (c *compiler) recompileCapabilities() {
	known := c.capabilities
	c.capabilities, c.held = make([]capability, 0, len(known)), make([]hold, 0, len(c.held))
	for i := range known {
		c.compileCapability(known[i].role, c.roles[known[i].role], known[i].entitlements)
	}
}
