// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// compiler fills an Index from a Document. Scopes, windows and capabilities that are alike are kept once.
type compiler struct {
	*Index
	document *document.Document

	invariants        map[string]uint32
	groupUnits        map[string][]uint32
	scopeNumbers      map[string]uint32
	windowNumbers     map[window]uint32
	capabilityNumbers map[string]uint32
	roleEntitlements  map[string][]string
	// key is where the keys of those maps are written, again and again.
	key []byte
}

func newCompiler(x *Index, doc *document.Document) *compiler {
	return &compiler{
		Index: x, document: doc,
		invariants: map[string]uint32{}, groupUnits: map[string][]uint32{}, scopeNumbers: map[string]uint32{},
		windowNumbers: map[window]uint32{}, capabilityNumbers: map[string]uint32{}, roleEntitlements: map[string][]string{},
	}
}

func (c *compiler) compile() {
	c.roles, c.groups, c.chains = c.document.Roles, c.document.Groups, c.document.Chains
	c.features = make(map[string]struct{}, len(c.document.Features))
	for _, feature := range c.document.Features {
		c.features[feature] = struct{}{}
	}
	c.compileUnits()
	c.compileDimensions()
	c.compileConditions()
	c.compilePermissions()
	for name, role := range c.document.Roles {
		c.roleEntitlements[name] = entitlementsOf(role)
	}
	c.windows = []window{{}}
	c.compileUsers()
	c.scopes, c.capabilities, c.held = slices.Clip(c.scopes), slices.Clip(c.capabilities), slices.Clip(c.held)
}

func (c *compiler) compileConditions() {
	number := func(numbers map[string]uint32, written map[string]document.Condition) {
		for _, name := range slices.Sorted(maps.Keys(written)) {
			program, err := condition.Compile(written[name].Expression)
			numbers[name] = uint32(len(c.conditions))
			c.conditions = append(c.conditions, namedCondition{
				name: name, description: written[name].Description, expression: written[name].Expression, program: program, err: err,
			})
		}
	}
	c.qualifiers = make(map[string]uint32, len(c.document.Qualifiers))
	number(c.qualifiers, c.document.Qualifiers)
	number(c.invariants, c.document.Invariants)
}

func (c *compiler) compilePermissions() {
	names := slices.Sorted(maps.Keys(c.document.Permissions))
	c.permissions = make(map[string]permission, len(names))
	c.guards = make([]guard, len(names))
	for i, name := range names {
		written := c.document.Permissions[name]
		p := guard{refused: written.Refused, feature: written.RequiredFeature}
		for _, invariant := range written.Invariants {
			number, known := c.invariants[invariant]
			if !known {
				p.refused = fmt.Sprintf("invariant %s is not in the document", invariant)
				continue
			}
			p.invariants = append(p.invariants, number)
		}
		c.permissions[name] = permission{number: uint32(i), guarded: p.refused != "" || len(p.invariants) > 0}
		c.guards[i] = p
	}
}

// compileUsers leaves out a user without id, whom no document that the operator publishes has: no manager is everybody's.
func (c *compiler) compileUsers() {
	c.users = make(map[string]user, len(c.document.Users))
	c.grants = make([]grant, 0, c.document.Counts().Grants)
	for id := range c.document.Users {
		if id != "" {
			written := c.document.Users[id]
			c.users[id] = c.compileUser(&written)
		}
	}
}

// compileUser adds a user's grants to those of all users.
func (c *compiler) compileUser(written *document.User) user {
	compiled := user{from: uint32(len(c.grants))}
	for i := range written.Grants {
		c.compileGrant(&written.Grants[i])
	}
	compiled.until = uint32(len(c.grants))
	if written.Suspended || written.Manager != "" || len(written.Attributes)+len(written.UnknownAttributes)+len(written.Overrides) > 0 {
		compiled.extra = &extra{
			suspended: written.Suspended, attributes: attributes{written.Attributes, written.UnknownAttributes}, manager: written.Manager,
			overrides: c.compileOverrides(written.Overrides),
		}
	}
	return compiled
}

// compileGrant adds a grant, unless its role or all of its places are unknown.
func (c *compiler) compileGrant(written *document.Grant) {
	role, known := c.document.Roles[written.Role]
	if !known {
		return
	}
	c.grants = append(c.grants, grant{
		capability: c.capabilityNumber(written.Role, role, written.Entitlements),
		scope:      c.scopeNumber(&written.Scope),
		window:     c.windowNumber(written.Window),
		source:     written.Source,
	})
}

func (c *compiler) compileOverrides(written []document.Override) []override {
	compiled := make([]override, 0, len(written))
	for i := range written {
		o := &written[i]
		permission, known := c.permissions[o.Permission]
		if !known {
			continue
		}
		number := permission.number
		scope := o.Scope
		if o.Revoke {
			scope.Dimensions = c.unlimited(scope.Dimensions)
		}
		next := override{
			permission: number, scope: c.scopeNumber(&scope), window: c.windowNumber(o.Window), revoke: o.Revoke, source: o.Source,
		}
		for _, feature := range append(slices.Clone(o.Features), c.guards[number].feature) {
			if _, on := c.features[feature]; feature != "" && !on {
				next.missing = feature
			}
		}
		compiled = append(compiled, next)
	}
	return compiled
}

// unlimited adds all values of the dimensions that a revoking override does not name.
func (c *compiler) unlimited(named map[string]document.Values) map[string]document.Values {
	covered := make(map[string]document.Values, len(c.dimensions))
	for _, d := range c.dimensions {
		covered[d.name] = document.Values{All: true}
	}
	maps.Copy(covered, named)
	return covered
}

func (c *compiler) windowNumber(written document.Window) uint32 {
	if written.NotBefore == nil && written.NotAfter == nil {
		return 0
	}
	w := compileWindow(written)
	number, known := c.windowNumbers[w]
	if !known {
		number = uint32(len(c.windows))
		c.windows = append(c.windows, w)
		c.windowNumbers[w] = number
	}
	return number
}

// capabilityNumber compiles a role with the entitlements of a grant, leaving aside those that the role does not ask for.
func (c *compiler) capabilityNumber(name string, role document.Role, entitlements []string) uint32 {
	var carried []string
	for _, entitlement := range entitlements {
		if slices.Contains(c.roleEntitlements[name], entitlement) {
			carried = append(carried, entitlement)
		}
	}
	slices.Sort(carried)
	carried = slices.Compact(carried)
	c.key = appendNames(strconv.AppendQuote(c.key[:0], name), carried)
	number, known := c.capabilityNumbers[string(c.key)]
	if !known {
		number = uint32(len(c.capabilities))
		c.compileCapability(name, role, carried)
		c.capabilityNumbers[string(c.key)] = number
	}
	return number
}

// entitlementsOf lists what a role's alternatives ask for.
func entitlementsOf(role document.Role) []string {
	var asked []string
	for _, alternatives := range role.Permissions {
		for _, alternative := range alternatives {
			asked = append(asked, alternative.Entitlements...)
		}
	}
	slices.Sort(asked)
	return slices.Compact(asked)
}
