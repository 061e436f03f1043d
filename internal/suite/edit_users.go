// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// assignmentsOf returns the assignments of a user, by name.
func (c *change) assignmentsOf(id string) []*v1alpha1.UserAssignment {
	var own []*v1alpha1.UserAssignment
	for _, a := range c.objects.Assignments {
		if a.Namespace == c.of.key.Namespace && a.Spec.OrganizationRef.Name == c.of.key.Name && string(a.Spec.User) == id {
			own = append(own, a)
		}
	}
	slices.SortFunc(own, func(a, b *v1alpha1.UserAssignment) int { return cmp.Compare(a.Name, b.Name) })
	return own
}

// assignment returns the first assignment of a user, or a new one, and its spec.
func (c *change) assignment(id string) (value, spec map[string]any) {
	if own := c.assignmentsOf(id); len(own) > 0 {
		value = c.valueOf(own[0])
	} else {
		value = map[string]any{
			"metadata": map[string]any{"namespace": c.of.key.Namespace, "name": c.freeName(id)},
			"spec":     map[string]any{"organizationRef": map[string]any{"name": c.of.key.Name}, "user": id},
		}
	}
	spec, _ = value["spec"].(map[string]any)
	return value, spec
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// freeName returns a name for the assignment of a user that no other has.
func (c *change) freeName(id string) string {
	taken := map[string]bool{}
	for i := range c.objects.Assignments {
		taken[c.objects.Assignments[i].Name] = true
	}
	local, _, _ := strings.Cut(strings.ToLower(id), "@")
	name := cmp.Or(strings.Trim(notInNames.ReplaceAllString(local, "-"), "-"), "user")
	for free, n := name, 2; ; n++ {
		if !taken[free] {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// entry adds an entry to a list of an assignment, under a name that is free.
func entry(spec map[string]any, list, name string, value map[string]any) {
	entries, _ := spec[list].([]any)
	name = cmp.Or(strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "-"), "-"), "added")
	free := name
	for n := 2; slices.ContainsFunc(entries, func(e any) bool { return nameIn(e) == free }); n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	value["name"] = free
	spec[list] = append(entries, value)
}

func nameIn(entry any) string {
	fields, _ := entry.(map[string]any)
	name, _ := fields["name"].(string)
	return name
}

func (c *change) give(e *edit) {
	id := c.names.user(c.path+".to", e.To).ID
	grant := map[string]any{"roleRef": c.role("give", e.Give)}
	c.place(e, grant)
	if len(e.Entitlements) > 0 {
		grant["entitlements"] = e.Entitlements
	}
	value, spec := c.assignment(id)
	entry(spec, "grants", e.Give, grant)
	c.write(model.KindAssignment, value)
}

// role looks up a role, and returns the reference to it.
func (c *change) role(key, written string) map[string]any {
	find(c.names, c.path+"."+key, "role", written, c.names.document.Roles)
	if kind, name, is := strings.Cut(written, "/"); is {
		return map[string]any{"kind": kind, "name": name}
	}
	return map[string]any{"name": written}
}

// place writes the scope and the window of an edit into a grant or an override.
func (c *change) place(e *edit, into map[string]any) {
	if scope := c.scope(e); len(scope) > 0 {
		into["scope"] = scope
	}
	for _, bound := range []struct{ key, field, written string }{{"from", "startTime", e.From}, {"until", "endTime", e.Until}} {
		if bound.written != "" {
			into[bound.field] = c.runner.time(c.path+"."+bound.key, bound.written).UTC().Format("2006-01-02T15:04:05Z")
		}
	}
}

// scope returns the scope of an edit, as manifests write it.
func (c *change) scope(e *edit) map[string]any {
	scope := map[string]any{}
	if e.Everywhere {
		scope["everywhere"] = true
	}
	for i, unit := range e.In {
		c.names.unit(c.path+"."+at("in", e.In, i), unit)
		scope["units"] = e.In
	}
	for i, group := range e.Groups {
		find(c.names, c.path+"."+at("groups", e.Groups, i), "unit group", group, c.names.document.UnitGroups)
		scope["unitGroups"] = e.Groups
	}
	var dimensions []any
	for _, name := range slices.Sorted(maps.Keys(e.Dimensions)) {
		path := c.path + ".dimensions." + name
		find(c.names, path, "dimension", name, c.names.document.Dimensions)
		values := e.Dimensions[name]
		if slices.Equal(values, list{"*"}) {
			dimensions = append(dimensions, map[string]any{"name": name, "all": true})
			continue
		}
		for _, value := range values {
			find(c.names, path, "value of dimension "+name, value, document.SetOf(c.names.document.Dimensions[name]...))
		}
		dimensions = append(dimensions, map[string]any{"name": name, "values": values})
	}
	if len(dimensions) > 0 {
		scope["dimensions"] = dimensions
	}
	return scope
}

func (c *change) take(e *edit) {
	id := c.names.user(c.path+".from", e.From).ID
	ref, taken := c.role("take", e.Take), false
	for _, a := range c.assignmentsOf(id) {
		value := c.valueOf(a)
		spec, _ := value["spec"].(map[string]any)
		grants, _ := spec["grants"].([]any)
		kept := slices.DeleteFunc(slices.Clone(grants), func(g any) bool {
			grant, _ := g.(map[string]any)
			of, _ := grant["roleRef"].(map[string]any)
			return of["name"] == ref["name"] && (of["kind"] == ref["kind"] || ref["kind"] == nil && of["kind"] == model.KindRole)
		})
		if len(kept) < len(grants) {
			taken = true
			if spec["grants"] = kept; len(kept) == 0 {
				delete(spec, "grants")
			}
			c.write(model.KindAssignment, value)
		}
	}
	if !taken {
		c.problem("take", "no assignment of %s grants role %q, so there is nothing to take", e.From, e.Take)
	}
}

func (c *change) override(e *edit, key, permission string) {
	id := c.names.user(c.path+".to", e.To).ID
	c.names.permission(c.path+"."+key, permission)
	effect := map[string]string{"allow": "Allow", "deny": "Deny"}[key]
	override := map[string]any{"permission": permission, "effect": effect, "reason": "A test."}
	c.place(e, override)
	value, spec := c.assignment(id)
	entry(spec, "overrides", permission, override)
	c.write(model.KindAssignment, value)
}
