// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// flaws are what is wrong with grants and overrides as they are written, by source.
type flaws map[string]document.Flaw

// add adds the findings about what is written in a field, if there are any.
func (f flaws) add(object model.Ref, field string, flaw document.Flaw, errors []Finding) {
	found := flaw.Findings
	for _, e := range errors {
		if e.Field == field || strings.HasPrefix(e.Field, field+".") {
			found = append(found, document.Finding{Reason: e.Reason, Message: e.Message})
		}
	}
	if len(found) == 0 {
		return
	}
	flaw.Findings = sortedFindings(found)
	f[source(object, field)] = flaw
}

// sortedFindings sorts findings, whose order in what is written means nothing, and drops those that are alike.
func sortedFindings(found []document.Finding) []document.Finding {
	compare := func(a, b document.Finding) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Message, b.Message), slices.Compare(a.Permissions, b.Permissions))
	}
	slices.SortFunc(found, compare)
	return slices.CompactFunc(found, func(a, b document.Finding) bool { return compare(a, b) == 0 })
}

// orNil returns the flaws, nil if there are none.
func (f flaws) orNil() map[string]document.Flaw {
	if len(f) == 0 {
		return nil
	}
	return f
}

// errorsByObject sorts errors by the object that they are about.
func errorsByObject(found []Finding) map[model.Ref][]Finding {
	byObject := map[model.Ref][]Finding{}
	for _, f := range found {
		if f.Severity == Error {
			byObject[f.Object] = append(byObject[f.Object], f)
		}
	}
	return byObject
}

// grantFlaw is the flaw of a grant about which nothing is found yet. A grant of which nothing is bound counts for nothing.
func grantFlaw(written *model.Grant, bound bool) document.Flaw {
	return document.Flaw{Role: written.Role.Key(), Scope: writtenScope(&written.Scope), Rejected: !bound}
}

// writtenScope is a scope with the names in it that do not exist.
func writtenScope(written *model.Scope) document.Scope {
	scope := document.Scope{Everywhere: written.Everywhere, Units: unique(written.Units), UnitGroups: unique(written.Groups)}
	for _, d := range written.Dimensions {
		if scope.Dimensions == nil {
			scope.Dimensions = map[string]document.Values{}
		}
		scope.Dimensions[d.Name] = document.Values{All: d.All, Values: unique(d.Values)}
	}
	return scope
}

// readFlaws finds what is wrong with default grants, those of groups, and roles, of all that was found in an environment.
func (e *environment) readFlaws(world *model.World, found []Finding) {
	errors := errorsByObject(found)
	for i := range world.Organization.DefaultGrants {
		written := &world.Organization.DefaultGrants[i]
		e.addFlaw(e.defaultFlaws, world.Organization.Ref, defaultField(written.Name), written, errors)
	}
	for i := range world.Groups {
		group := &world.Groups[i]
		of := flaws{}
		for j := range group.Grants {
			e.addFlaw(of, group.Ref, grantField(group.Grants[j].Name), &group.Grants[j], errors)
		}
		e.groupFlaws[group.Name] = of
	}
	for _, r := range e.numbered {
		for _, f := range errors[r.spec.Ref] {
			if !strings.HasPrefix(f.Field, "spec.administrationRules") {
				flaw := document.Finding{Reason: f.Reason, Message: f.Message, Permissions: e.concerned(r, f.Field)}
				e.roleFlaws[r] = append(e.roleFlaws[r], flaw)
			}
		}
		e.roleFlaws[r] = sortedFindings(e.roleFlaws[r])
	}
}

func (e *environment) addFlaw(to flaws, object model.Ref, field string, written *model.Grant, errors map[model.Ref][]Finding) {
	if len(errors[object]) > 0 {
		to.add(object, field, grantFlaw(written, !e.unbound.has(source(object, field))), errors[object])
	}
}

// mostConcerned bounds how many permissions are named of a finding about a rule.
const mostConcerned = 64

// concerned returns the permissions that a role may not hold because of what is wrong in a field; none if it may be each. Of a rule
// that grants others, they are those that nobody may hold.
func (e *environment) concerned(r *role, field string) []string {
	index, _, _ := strings.Cut(strings.TrimPrefix(field, "spec.rules["), "]")
	at, err := strconv.Atoi(index)
	if err != nil || at >= len(r.spec.Rules) {
		return nil
	}
	counts := slices.ContainsFunc(r.rules, func(rule rule) bool { return rule.index == at })
	var names []string
	for given, p := range e.catalog.permissions {
		selector := &r.spec.Rules[at].Selector
		if counts {
			if slices.Contains(selector.Permissions, given) && e.catalog.refused(p) != "" {
				names = append(names, given)
			}
			continue
		}
		if slices.Contains(selector.Permissions, given) || slices.Contains(selector.Sections, p.spec.Section) ||
			slices.Contains(selector.Sections, everySection) {
			for _, reached := range p.reach {
				names = append(names, reached.name)
			}
		}
	}
	if names = unique(names); len(names) > mostConcerned {
		return nil
	}
	return names
}

// flawsOf returns what is wrong with what is written for a user, and what constraints withhold of that.
func (e *environment) flawsOf(u *resolvedUser, violations []violation) map[string]document.Flaw {
	given, requested := e.platformFlaws[u.id], e.requestFlaws[u.id]
	if len(u.found)+len(violations)+len(given)+len(requested) == 0 {
		return nil
	}
	found, errors, counts := flaws{}, errorsByObject(u.found), u.counted()
	maps.Copy(found, given)
	maps.Copy(found, requested)
	for i := range violations {
		if v := &violations[i]; v.binding.withheld && v.constraint.spec.Enforce && v.waiver == nil {
			found.withhold(v)
		}
	}
	for _, a := range u.assignments {
		for i := range a.Grants {
			field := grantField(a.Grants[i].Name)
			flaw := grantFlaw(&a.Grants[i], counts.has(source(a.Ref, field)))
			flaw.Findings = found[source(a.Ref, field)].Findings
			found.add(a.Ref, field, flaw, errors[a.Ref])
		}
		for i := range a.Overrides {
			o, field := &a.Overrides[i], "spec.overrides["+a.Overrides[i].Name+"]"
			flaw := document.Flaw{
				Permission: o.Permission, Deny: o.Deny, Scope: writtenScope(&o.Scope), Rejected: !counts.has(source(a.Ref, field)),
				Findings: found[source(a.Ref, field)].Findings,
			}
			found.add(a.Ref, field, flaw, errors[a.Ref])
		}
	}
	return found.orNil()
}

// counted are the sources of what counts of a user.
func (u *resolvedUser) counted() set {
	counted := set{}
	for _, b := range u.bindings {
		if !b.withheld {
			counted.add(source(b.object.Ref, b.field))
		}
	}
	for i := range u.denied {
		counted.add(u.denied[i].Source)
	}
	return counted
}

// withhold adds what a constraint withholds.
func (f flaws) withhold(v *violation) {
	b := v.binding
	flaw, known := f[source(b.object.Ref, b.field)]
	if !known {
		flaw = document.Flaw{Role: b.grant.Role, Scope: *b.scope(), Rejected: true}
		if b.role == nil {
			flaw.Permission = b.overrides[0].Permission
		}
	}
	why := v.constraint.finding(v)
	f.add(b.object.Ref, b.field, flaw, []Finding{why})
}

// platformFlaw is what keeps a grant over organizations from giving anything in this one, although it picks this one, or none.
func (e *environment) platformFlaw(a *model.PlatformAssignment, written *model.PlatformGrant, given flaws) {
	ref := model.RoleRef{Kind: model.KindPlatformRole, Name: written.Role}
	role, known := e.roles[ref]
	var why Finding
	switch {
	case written.Unselected:
		why = Finding{Reason: ReasonEmptyScope, Message: noOrganizations}
	case !written.Picks || known && role.spec.Platform:
		return
	case known:
		why = Finding{Reason: ReasonLevelMismatch, Message: fmt.Sprintf(ofOrganizations, written.Role)}
	default:
		why = Finding{Reason: ReasonUnknownRole, Message: fmt.Sprintf(
			"catalog %q has no PlatformRole %q, so the grant gives nothing here: create it, or fix the name",
			e.catalog.spec.Name, written.Role), Role: ref}
	}
	field := grantField(written.Name)
	why.Field, why.Object = field, a.Ref
	e.foundElsewhere = append(e.foundElsewhere, why)
	given.add(a.Ref, field, document.Flaw{Role: ref.Key(), Scope: e.wholeScope(), Rejected: true}, []Finding{why})
}
