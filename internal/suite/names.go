// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// names looks up what a row names in the organization that it is asked of.
type names struct {
	runner   *runner
	document *document.Document
	// unknown are the names that must not exist, and met those that were looked up.
	unknown list
	met     map[string]bool
}

func (r *runner) names(of *tested, unknown list) *names {
	return &names{runner: r, document: of.document, unknown: unknown, met: map[string]bool{}}
}

// find looks up a name of some kind. What does not exist is a problem unless the row says so, and so is what does although it
// says so.
func find[V any](n *names, path, what, name string, known map[string]V) {
	_, exists := known[name]
	marked := slices.Contains(n.unknown, name)
	if marked {
		n.met[name] = true
	}
	switch {
	case exists && marked:
		n.runner.problem(path, "%s %q exists, although the case says that it is unknown: take it out of unknown", what, name)
	case !exists && !marked:
		message := fmt.Sprintf("there is no %s %q", what, name)
		if closest := suggest.Closest(name, slices.Sorted(maps.Keys(known))); closest != "" {
			message += fmt.Sprintf(": did you mean %q?", closest)
		} else {
			message += ": correct the name or, if the case is about that, list it in unknown"
		}
		n.runner.problem(path, "%s", message)
	}
}

// user looks up a user by the name that the suite gives them, or by their id.
func (n *names) user(path, name string) user {
	named, is := n.runner.file.Users[name]
	if !is {
		named = user{ID: name}
	}
	if named.Type == "" {
		named.Type = n.document.EffectiveSubjectTypes()[0]
	}
	if is && slices.Contains(n.unknown, name) {
		n.met[name] = true
		if _, exists := n.document.Users[named.ID]; exists {
			n.runner.problem(path, "user %q exists, although the case says that it is unknown: take it out of unknown", named.ID)
		}
		return named
	}
	known := n.document.Users
	if _, exists := known[named.ID]; !exists && !is && len(n.runner.file.Users) > 0 {
		// A misspelt name of the suite is as likely as a misspelt id.
		known = maps.Clone(known)
		for own := range n.runner.file.Users {
			known[own] = document.User{}
		}
	}
	find(n, path, "user", named.ID, known)
	return named
}

func (n *names) permission(path, name string) {
	find(n, path, "permission", name, n.document.Permissions)
}

func (n *names) unit(path, name string) { find(n, path, "unit", name, n.document.Units) }

// resource looks up the unit of a resource and its values of dimensions.
func (n *names) resource(path string, r *access.Resource) {
	if unit, is := r.Properties[access.PropertyUnit].(string); is {
		n.unit(path, unit)
	}
	for dimension, values := range n.document.Dimensions {
		if value, is := r.Properties[dimension].(string); is {
			find(n, path, "value of dimension "+dimension, value, document.SetOf(values...))
		}
	}
	n.resourceType(path, r)
	for _, unit := range n.document.Units {
		if r.Type != "" && unit.Kind == r.Type {
			find(n, path, r.Type, r.ID, n.document.Units)
			return
		}
	}
}

// resourceType looks up the user that a resource is, if it is one.
func (n *names) resourceType(path string, r *access.Resource) {
	if !slices.Contains(n.document.EffectiveSubjectTypes(), r.Type) {
		return
	}
	for _, unit := range n.document.Units {
		if unit.Kind == r.Type {
			return
		}
	}
	if named, is := n.runner.file.Users[r.ID]; is {
		r.ID = named.ID
	}
	find(n, path, r.Type, r.ID, n.document.Users)
}

// finish finds names that are said to be unknown, and that nothing was looked up by.
func (n *names) finish(path string) {
	for i, name := range n.unknown {
		if !n.met[name] {
			n.runner.problem(fmt.Sprintf("%s.unknown[%d]", path, i), "the case does not name %q: remove it", name)
		}
	}
}
