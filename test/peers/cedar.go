// SPDX-License-Identifier: Apache-2.0

package peers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

type cedarEngine struct {
	policies cedar.PolicyIterator
	entities cedar.EntityMap
	requests []cedar.Request
}

// Ask takes a policy that cannot be evaluated for a fault.
func (e *cedarEngine) Ask(question int) (bool, error) {
	decision, diagnostic := cedar.Authorize(e.policies, e.entities, e.requests[question])
	if len(diagnostic.Errors) > 0 {
		return false, fmt.Errorf("%s", diagnostic.Errors[0])
	}
	return decision == cedar.Allow, nil
}

func user(id string) cedar.EntityUID     { return cedar.NewEntityUID("User", cedar.String(id)) }
func action(name string) cedar.EntityUID { return cedar.NewEntityUID("Action", cedar.String(name)) }
func unit(name string) cedar.EntityUID   { return cedar.NewEntityUID("Unit", cedar.String(name)) }
func holder(role, u string) cedar.EntityUID {
	return cedar.NewEntityUID("Holder", cedar.String(role+"@"+u))
}

// NewCedar has one policy for each role, in which the role's permissions are the parents of actions. A user belongs to
// "the holders of this role in this unit", and a unit knows, role by role, whom it is open to: the holders in it and in
// the units above.
func NewCedar(f *Facts) (Engine, error) {
	var text strings.Builder
	for _, role := range slices.Sorted(maps.Keys(f.Roles)) {
		for _, owned := range []bool{false, true} {
			if !slices.Contains(slices.Collect(maps.Values(f.Roles[role])), owned) {
				continue
			}
			fmt.Fprintf(&text, "permit (principal, action in %s, resource) when { principal in resource.getTag(%q)%s };\n",
				actions(role, owned), role, ownClause(owned))
		}
	}
	e := cedarEntities(f, func(id string) cedar.Entity {
		holders := make([]cedar.EntityUID, 0, len(f.Grants[id]))
		for _, g := range f.Grants[id] {
			holders = append(holders, holder(g.Role, g.Unit))
		}
		return cedar.Entity{Parents: cedar.NewEntityUIDSet(holders...)}
	}, func(name string) cedar.Entity {
		open := cedar.RecordMap{}
		for role := range f.Roles {
			var holders []cedar.Value
			for _, above := range f.Above[name] {
				holders = append(holders, holder(role, above))
			}
			open[cedar.String(role)] = cedar.NewSet(holders...)
		}
		return cedar.Entity{Tags: cedar.NewRecord(open)}
	})
	return newCedar(f, text.String(), e)
}

// NewCedarFlat has one policy, and with each user all that they may do: for each permission the units that they hold it
// in, those over which they hold it only on what they own apart. A change of a role changes all of its holders.
func NewCedarFlat(f *Facts) (Engine, error) {
	const text = `
permit (principal, action, resource)
when { principal.hasTag(context.permission) && resource in principal.getTag(context.permission) };
permit (principal, action, resource)
when { principal.hasTag(context.owned) && resource in principal.getTag(context.owned) && context.owner == principal };`
	e := cedarEntities(f, func(id string) cedar.Entity {
		units := map[string][]cedar.Value{}
		for _, g := range f.Grants[id] {
			for permission, owned := range f.Roles[g.Role] {
				tag := tag(permission, owned)
				units[tag] = append(units[tag], unit(g.Unit))
			}
		}
		tags := make(cedar.RecordMap, len(units))
		for tag, in := range units {
			tags[cedar.String(tag)] = cedar.NewSet(in...)
		}
		return cedar.Entity{Tags: cedar.NewRecord(tags)}
	}, func(name string) cedar.Entity {
		parents := make([]cedar.EntityUID, 0, len(f.Above[name]))
		for _, above := range f.Above[name][1:] {
			parents = append(parents, unit(above))
		}
		return cedar.Entity{Parents: cedar.NewEntityUIDSet(parents...)}
	})
	return newCedar(f, text, e)
}

func ownClause(owned bool) string {
	if owned {
		return " && context.owner == principal"
	}
	return ""
}

// actions names the group of the actions that a role may do, or may do only on what the user owns.
func actions(role string, owned bool) cedar.EntityUID { return action(tag(role, owned)) }

func tag(name string, owned bool) string {
	if owned {
		return own + " " + name
	}
	return name
}

// cedarEntities describes users and units as told, and actions as members of the roles' groups.
func cedarEntities(f *Facts, describeUser, describeUnit func(string) cedar.Entity) cedar.EntityMap {
	entities := make(cedar.EntityMap, len(f.Grants)+len(f.Above)+len(f.Permissions))
	add := func(uid cedar.EntityUID, e cedar.Entity) {
		e.UID = uid
		entities[uid] = e
	}
	for id := range f.Grants {
		add(user(id), describeUser(id))
	}
	for name := range f.Above {
		add(unit(name), describeUnit(name))
	}
	for _, permission := range f.Permissions {
		var groups []cedar.EntityUID
		for role, held := range f.Roles {
			if owned, holds := held[permission]; holds {
				groups = append(groups, actions(role, owned))
			}
		}
		add(action(permission), cedar.Entity{Parents: cedar.NewEntityUIDSet(groups...)})
	}
	return entities
}

func newCedar(f *Facts, text string, entities cedar.EntityMap) (Engine, error) {
	policies, err := cedar.NewPolicySetFromBytes("policies.cedar", []byte(text))
	if err != nil {
		return nil, err
	}
	e := &cedarEngine{policies: policies, entities: entities}
	for _, q := range f.Questions {
		e.requests = append(e.requests, cedar.Request{
			Principal: user(q.User), Action: action(q.Permission), Resource: unit(q.Unit),
			Context: cedar.NewRecord(cedar.RecordMap{
				"owner": user(q.Owner), "permission": cedar.String(q.Permission), "owned": cedar.String(tag(q.Permission, true)),
			}),
		})
	}
	return e, nil
}
