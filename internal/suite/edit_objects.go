// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
)

func (c *change) addUser(e *edit) {
	id := e.Add
	if named, is := c.runner.file.Users[id]; is {
		id = named.ID
	}
	if _, exists := c.names.document.Users[id]; exists {
		c.problem("add", "user %q exists", id)
		return
	}
	if slices.Contains(c.names.unknown, e.Add) {
		c.names.met[e.Add] = true
	}
	value, spec := c.assignment(id)
	if len(e.Set) > 0 {
		spec["profile"] = merged(nil, e.Set)
	}
	c.write(model.KindAssignment, value)
}

func (c *change) setState(key, user, state string) {
	id := c.names.user(c.path+"."+key, user).ID
	own := c.assignmentsOf(id)
	for _, a := range own {
		value := c.valueOf(a)
		value["spec"] = merged(value["spec"], map[string]any{"state": state})
		c.write(model.KindAssignment, value)
	}
	if len(own) == 0 {
		value, spec := c.assignment(id)
		spec["state"] = state
		c.write(model.KindAssignment, value)
	}
}

func (c *change) removeUser(user string) {
	own := c.assignmentsOf(c.names.user(c.path+".remove", user).ID)
	if len(own) == 0 {
		c.problem("remove", "%s has no assignment that could be removed", user)
	}
	for _, a := range own {
		without := c.objects.Without(model.Ref{Kind: model.KindAssignment, Namespace: a.Namespace, Name: a.Name})
		c.objects = &without
	}
}

func (c *change) setProfile(e *edit) {
	value, spec := c.assignment(c.names.user(c.path+".profile", e.Profile).ID)
	spec["profile"] = merged(spec["profile"], e.Set)
	c.write(model.KindAssignment, value)
}

func (c *change) patch(e *edit) {
	ref, known := c.refTo("patch", e.Patch)
	if !known {
		return
	}
	for other, object := range c.objects.All() {
		if other == ref {
			value, _ := merged(c.valueOf(object), e.With).(map[string]any)
			c.write(ref.Kind, value)
			return
		}
	}
}

// applyAll applies objects that are written out, and files.
func (c *change) applyAll(e *edit) {
	reader := &manifests.Reader{Namespace: c.of.key.Namespace}
	for _, one := range e.Apply {
		if path, is := one.(string); is {
			input, err := c.runner.options.Load(c.runner.beside([]string{path})...)
			if err != nil {
				c.problem("apply", "%v", err)
				continue
			}
			c.overlay(input)
			continue
		}
		text, err := json.Marshal(one)
		if err != nil {
			c.problem("apply", "%v", err)
			continue
		}
		read := reader.Parse("apply", text)
		for i := range read.Diagnostics {
			c.problem("apply", "%s", read.Diagnostics[i].Message)
		}
		if read.Skipped > 0 || len(read.Suites) > 0 {
			c.problem("apply", "it is no object of rolewright.dev")
		}
		c.overlayRead(read)
	}
}

// deleted marks an entry of a list that a patch deletes.
const deleted = "$patch"

// merged returns a value after a merge patch. Lists of which all entries have names are merged by name.
func merged(value, patch any) any {
	switch change := patch.(type) {
	case map[string]any:
		before, _ := value.(map[string]any)
		after := make(map[string]any, len(before)+len(change))
		maps.Copy(after, before)
		for key, part := range change {
			if part == nil {
				delete(after, key)
				continue
			}
			after[key] = merged(after[key], part)
			if list, is := after[key].([]any); is && len(list) == 0 {
				// The API has no empty lists.
				delete(after, key)
			}
		}
		return after
	case []any:
		before, _ := value.([]any)
		if !named(before) || !named(change) {
			return change
		}
		return mergedEntries(before, change)
	}
	return patch
}

// named reports whether all entries of a list have names.
func named(entries []any) bool {
	return !slices.ContainsFunc(entries, func(entry any) bool { return nameIn(entry) == "" })
}

func mergedEntries(entries, patch []any) []any {
	after := slices.Clone(entries)
	for _, part := range patch {
		at := slices.IndexFunc(after, func(entry any) bool { return nameIn(entry) == nameIn(part) })
		fields, _ := part.(map[string]any)
		switch {
		case fields[deleted] == "delete":
			if at >= 0 {
				after = slices.Delete(after, at, at+1)
			}
		case at >= 0:
			after[at] = merged(after[at], part)
		default:
			after = append(after, merged(nil, part))
		}
	}
	return after
}
