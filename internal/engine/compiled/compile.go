// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/names"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Compiler fills an Index from a Document. Scopes, windows and effective roles that are alike are kept once.
type Compiler struct {
	Index    *Index
	Document *document.Document

	prohibitions         map[string]uint32
	groupUnits           map[string][]uint32
	scopeNumbers         map[string]uint32
	windowNumbers        map[Window]uint32
	effectiveRoleNumbers map[string]uint32
	// roleEntitlements are what roles ask for, and unknownRoles those that grants name and the document lacks.
	roleEntitlements map[string][]string
	unknownRoles     map[string]struct{}
	homeUnitNumbers  map[string]uint32
	heldNumbers      map[string]Held
	// key is where the keys of those maps are written, again and again.
	key []byte
}

// NewCompiler returns the compiler of a document, whose index reads the time from a clock.
func NewCompiler(doc *document.Document, now func() time.Time) *Compiler {
	return &Compiler{
		Index: &Index{Now: now, derived: &derived{}}, Document: doc,
		scopeNumbers: map[string]uint32{}, windowNumbers: map[Window]uint32{}, effectiveRoleNumbers: map[string]uint32{},
		homeUnitNumbers: map[string]uint32{}, heldNumbers: map[string]Held{}, unknownRoles: map[string]struct{}{},
	}
}

// Compile fills the index, and returns it.
func (c *Compiler) Compile() *Index {
	core := *c.Document
	core.Users = nil
	c.Index.Core, c.Index.Groups, c.Index.UnitGroups = &core, c.Document.Groups, c.Document.UnitGroups
	c.CompileUnits()
	c.compileBase()
	c.CompileRoles()
	c.Index.Windows, c.Index.HomeUnits = []Window{{}}, []string{NoHomeUnit: "", UnknownHomeUnit: ""}
	c.compileUsers()
	c.Index.Scopes, c.Index.areas, c.Index.EffectiveRoles, c.Index.held = slices.Clip(c.Index.Scopes), slices.Clip(c.Index.areas),
		slices.Clip(c.Index.EffectiveRoles), slices.Clip(c.Index.held)
	return c.Index
}

// compileBase compiles all but units, roles, groups and users.
func (c *Compiler) compileBase() {
	c.Index.Chains = c.Document.Chains
	c.Index.Features = make(map[string]struct{}, len(c.Document.Features))
	for _, feature := range c.Document.Features {
		c.Index.Features[feature] = struct{}{}
	}
	c.compileTypes()
	c.compileDimensions()
	c.compileConditions()
	c.compilePermissions()
}

// compileTypes compiles the words for users, which a kind of units may be too.
func (c *Compiler) compileTypes() {
	c.Index.SubjectTypeNames, c.Index.firstSubjectType = subjectTypesOf(c.Document), ""
	if len(c.Index.SubjectTypeNames) > 0 {
		c.Index.firstSubjectType = c.Index.SubjectTypeNames[0]
	}
	c.Index.Types = typesOf(c.Document, c.Index.SubjectTypeNames)
}

// CompileRoles takes the roles of the document. Effective roles are compiled once a grant asks for one.
func (c *Compiler) CompileRoles() {
	c.Index.Roles, c.roleEntitlements = c.Document.Roles, make(map[string][]string, len(c.Document.Roles))
	for name, role := range c.Document.Roles {
		c.roleEntitlements[name] = EntitlementsOf(role)
	}
}

// compileConditions compiles the expressions that the index does not have yet.
func (c *Compiler) compileConditions() {
	known := make(map[string]Condition, len(c.Index.Conditions))
	for _, existing := range c.Index.Conditions {
		known[existing.Expression] = existing
	}
	c.Index.Conditions = make([]Condition, 0, len(c.Document.Qualifiers)+len(c.Document.Prohibitions))
	number := func(numbers map[string]uint32, written map[string]document.Condition) {
		for _, name := range slices.Sorted(maps.Keys(written)) {
			next, is := known[written[name].Expression]
			if !is {
				next.Program, next.Err = condition.Compile(written[name].Expression)
			}
			next.Name, next.Description, next.Expression = name, written[name].Description, written[name].Expression
			numbers[name] = uint32(len(c.Index.Conditions))
			c.Index.Conditions = append(c.Index.Conditions, next)
		}
	}
	c.Index.Qualifiers, c.prohibitions = make(map[string]uint32, len(c.Document.Qualifiers)), map[string]uint32{}
	number(c.Index.Qualifiers, c.Document.Qualifiers)
	number(c.prohibitions, c.Document.Prohibitions)
}

func (c *Compiler) compilePermissions() {
	sorted := slices.Sorted(maps.Keys(c.Document.Permissions))
	c.Index.Permissions = names.New[Permission](len(sorted))
	c.Index.Restrictions = make([]Restriction, len(sorted))
	for i, name := range sorted {
		written := c.Document.Permissions[name]
		p := Restriction{
			Refused: written.Refused, ResourceTypes: written.ResourceTypes,
			features: written.RequiredFeatures, constrainedBy: written.ConstrainedBy,
		}
		for _, prohibition := range written.Prohibitions {
			number, known := c.prohibitions[prohibition]
			if !known {
				p.Refused = fmt.Sprintf("prohibition %s is not in the document", prohibition)
				continue
			}
			p.Prohibitions = append(p.Prohibitions, number)
		}
		c.Index.Permissions.Set(name, Permission{
			Number: uint32(i), Restricted: p.Refused != "" || len(p.Prohibitions) > 0, Typed: len(p.ResourceTypes) > 0,
		})
		c.Index.Restrictions[i] = p
	}
}

// compileUsers leaves out a user without id, whom no document that the operator publishes has: no manager is everybody's.
func (c *Compiler) compileUsers() {
	c.Index.Users = names.New[Holder](len(c.Document.Users))
	grants := c.Document.Counts().Grants
	c.Index.Grants, c.Index.Sources = make([]Grant, 0, grants), make([]string, 0, grants)
	for id := range c.Document.Users {
		if id != "" {
			written := c.Document.Users[id]
			c.Index.Users.Set(id, c.CompileUser(&written))
		}
	}
}

// CompileUser adds a user's grants to those of all users.
func (c *Compiler) CompileUser(written *document.User) Holder {
	compiled := Holder{From: uint32(len(c.Index.Grants)), rest: c.homeUnitNumber(written)}
	for grant := range c.Document.GrantsOf(written) {
		c.compileGrant(grant)
	}
	compiled.Until = uint32(len(c.Index.Grants))
	if written.Suspended || written.Manager != "" ||
		len(written.Attributes)+len(written.UnknownAttributes)+len(written.Overrides)+len(written.Flaws) > 0 {
		c.Index.Details = append(c.Index.Details, &Detail{
			Suspended: written.Suspended, manager: written.Manager, homeUnit: compiled.rest,
			Attributes: Attributes{Known: written.Attributes, Unknown: written.UnknownAttributes.Names()},
			Overrides:  c.compileOverrides(written.Overrides), written: written.Overrides, Flaws: written.Flaws,
		})
		compiled.rest = hasDetail | uint32(len(c.Index.Details)-1)
	}
	return compiled
}

// compileGrant adds a grant, unless its role or all of its places are unknown.
func (c *Compiler) compileGrant(written *document.Grant) {
	role, known := c.Document.Roles[written.Role]
	if !known {
		c.unknownRoles[written.Role] = struct{}{}
		return
	}
	c.Index.Grants = append(c.Index.Grants, Grant{
		EffectiveRole: c.effectiveRoleNumber(written.Role, role, written.Entitlements),
		Scope:         c.scopeNumber(&written.Scope),
		Window:        c.windowNumber(written.Window),
	})
	c.Index.Sources = append(c.Index.Sources, written.Source)
}

func (c *Compiler) compileOverrides(written []document.Override) []Override {
	compiled := make([]Override, 0, len(written))
	for i := range written {
		o := &written[i]
		permission, known := c.Index.Permissions.Get(o.Permission)
		if !known {
			continue
		}
		number := permission.Number
		scope := o.Scope
		if o.Deny {
			scope.Dimensions = c.unlimited(scope.Dimensions)
		}
		next := Override{
			Permission: number, Scope: c.scopeNumber(&scope), Window: c.windowNumber(o.Window), Deny: o.Deny, Source: o.Source,
		}
		for _, feature := range slices.Concat(o.RequiredFeatures, c.Index.Restrictions[number].features) {
			if _, on := c.Index.Features[feature]; !on && !slices.Contains(next.Missing, feature) {
				next.Missing = append(next.Missing, feature)
			}
		}
		compiled = append(compiled, next)
	}
	return compiled
}

// unlimited adds all values of the dimensions that a denying override does not name.
func (c *Compiler) unlimited(named map[string]document.Values) map[string]document.Values {
	covered := make(map[string]document.Values, len(c.Index.Dimensions))
	for _, d := range c.Index.Dimensions {
		covered[d.Name] = document.Values{All: true}
	}
	maps.Copy(covered, named)
	return covered
}

func (c *Compiler) homeUnitNumber(user *document.User) uint32 {
	switch {
	case user.HomeUnit == "" && user.HomeUnitUnknown:
		return UnknownHomeUnit
	case user.HomeUnit == "":
		return NoHomeUnit
	}
	number, known := c.homeUnitNumbers[user.HomeUnit]
	if !known {
		number = uint32(len(c.Index.HomeUnits))
		c.Index.HomeUnits = append(c.Index.HomeUnits, user.HomeUnit)
		c.homeUnitNumbers[user.HomeUnit] = number
	}
	return number
}

func (c *Compiler) windowNumber(written document.Window) uint32 {
	if written.StartTime == nil && written.EndTime == nil {
		return 0
	}
	w := compileWindow(written)
	number, known := c.windowNumbers[w]
	if !known {
		number = uint32(len(c.Index.Windows))
		c.Index.Windows = append(c.Index.Windows, w)
		c.windowNumbers[w] = number
	}
	return number
}

// effectiveRoleNumber compiles a role with the entitlements of a grant, leaving aside those that the role does not ask for.
func (c *Compiler) effectiveRoleNumber(name string, role document.Role, entitlements []string) uint32 {
	var carried []string
	for _, entitlement := range entitlements {
		if slices.Contains(c.roleEntitlements[name], entitlement) {
			carried = append(carried, entitlement)
		}
	}
	slices.Sort(carried)
	carried = slices.Compact(carried)
	c.key = appendNames(strconv.AppendQuote(c.key[:0], name), carried)
	number, known := c.effectiveRoleNumbers[string(c.key)]
	if !known {
		number = uint32(len(c.Index.EffectiveRoles))
		c.compileEffectiveRole(name, role, carried)
		c.effectiveRoleNumbers[string(c.key)] = number
	}
	return number
}

// EntitlementsOf lists what a role's alternatives ask for.
func EntitlementsOf(role document.Role) []string {
	var asked []string
	for _, alternatives := range role.Permissions {
		for _, alternative := range alternatives {
			asked = append(asked, alternative.RequiredEntitlements...)
		}
	}
	slices.Sort(asked)
	return slices.Compact(asked)
}
