// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// refusef returns why a chain does not give a role. The name of the chain goes before the text.
func refusef(format string, details ...any) error {
	return &access.RefusedError{Predicate: fmt.Sprintf(format, details...), Grant: true}
}

// refuseGrant returns why a chain does not give the role that the input asks for; nil if it may, or if none is asked for. A word
// of the policy that is unknown gives nothing.
func (e *evaluation) refuseGrant(policy *document.GrantPolicy) error {
	grant := e.input.Grant
	switch {
	case grant == nil:
		return nil
	case policy == nil:
		return refusef("gives no role: it has no grantPolicy; ask for the role where a chain gives it, or have a grantPolicy added")
	}
	for _, refusal := range []error{
		refuseRole(e.decision.Index, &policy.Roles, grant.Role), e.refuseBeneficiary(policy), refuseDuration(policy, grant), e.refuseStart(grant),
		refuseJustification(policy.Justification, e.input.Justification), e.refuseScope(grant.Scope),
	} {
		if refusal != nil {
			return refusal
		}
	}
	return nil
}

// refuseRole returns why a policy does not name a role.
func refuseRole(x *compiled.Index, roles *document.RoleSelection, role string) error {
	if refusal := refuseExcepted(x, roles.ExceptRoles, role); refusal != nil {
		return refusal
	}
	named := isNamed(x, roles, role)
	_, known := x.Roles[role]
	_, knownUpTo := x.Roles[roles.UpToRole]
	isUpTo := roles.From == document.RolesUpTo && roles.UpToRole != ""
	switch {
	case isUpTo && !knownUpTo:
		return &access.MissingError{What: access.MissingRole, Name: roles.UpToRole}
	case !known && (named || isUpTo):
		return &access.MissingError{What: access.MissingRole, Name: role}
	case !named:
		return refusef("does not give role %q: it gives %s", role, describeRoles(roles))
	}
	return nil
}

// refuseExcepted returns why the exceptions of a policy refuse a role.
func refuseExcepted(x *compiled.Index, exceptions []string, role string) error {
	for _, excepted := range exceptions {
		if _, known := x.Roles[excepted]; !known {
			return &access.MissingError{What: access.MissingRole, Name: excepted}
		}
		if x.Ranks(role, excepted, false) {
			return refusef("does not give role %q: grantPolicy.roles excepts role %q and whatever ranks above it", role, excepted)
		}
	}
	return nil
}

// isNamed reports whether a policy names a role, exceptions aside.
func isNamed(x *compiled.Index, roles *document.RoleSelection, role string) bool {
	switch roles.From {
	case document.RolesListed:
		return slices.Contains(roles.Roles, role)
	case document.RolesUpTo:
		return roles.UpToRole != "" && x.Ranks(roles.UpToRole, role, false)
	case document.RolesAll:
		return true
	}
	return false
}

// describeRoles says which roles a policy names.
func describeRoles(roles *document.RoleSelection) string {
	switch {
	case roles.From == document.RolesListed && len(roles.Roles) > 0:
		return "only " + strings.Join(roles.Roles, ", ")
	case roles.From == document.RolesUpTo && roles.UpToRole != "":
		return fmt.Sprintf("only %s and the roles that it inherits", roles.UpToRole)
	}
	return "none"
}

// refuseBeneficiary returns why a policy gives the beneficiary no role.
func (e *evaluation) refuseBeneficiary(policy *document.GrantPolicy) error {
	beneficiary, word, who := e.input.EffectiveBeneficiary(), document.GrantToMembers, "other users than the requester"
	if beneficiary == e.input.Requester {
		word, who = document.GrantToRequester, "the requester"
	}
	if slices.Contains(policy.Beneficiaries, word) {
		return nil
	}
	return refusef("gives %q no role: it gives none to %s (grantPolicy.beneficiaries)", beneficiary, who)
}

func refuseDuration(policy *document.GrantPolicy, grant *access.ApprovalGrant) error {
	seconds := grant.EffectiveSeconds(policy)
	limit := time.Duration(policy.MaxDurationSeconds) * time.Second
	switch {
	case seconds < 1:
		return refusef("gives roles only for a time that the request says: set grant.durationSeconds, to %d at most", policy.MaxDurationSeconds)
	case seconds > policy.MaxDurationSeconds:
		return refusef("gives roles for %s at most, not for %s: set grant.durationSeconds to %d or less",
			limit, time.Duration(min(seconds, maxSeconds))*time.Second, policy.MaxDurationSeconds)
	}
	return nil
}

// maxAhead is how far ahead a role may start.
const maxAhead = 365 * 24 * time.Hour

func (e *evaluation) refuseStart(grant *access.ApprovalGrant) error {
	if grant.StartTime == nil || !grant.StartTime.After(e.decision.Moment().Add(maxAhead)) {
		return nil
	}
	return refusef("gives no role that starts more than 365 days ahead: set grant.startTime to an earlier time than %s",
		grant.StartTime.UTC().Format(time.RFC3339))
}

// maxSeconds is the longest duration that a message says.
const maxSeconds = int64(time.Duration(1<<63-1) / time.Second)

// refuseJustification returns what a policy misses in a justification.
func refuseJustification(policy *document.JustificationPolicy, justification string) error {
	if policy == nil {
		return nil
	}
	hint := ""
	if policy.Hint != "" {
		hint = ": " + policy.Hint
	}
	given := strings.TrimSpace(justification) != ""
	switch {
	case !given && policy.Requirement == document.JustificationOptional:
		return nil
	case !given:
		return refusef("gives roles only to requests with a justification%s", hint)
	case policy.Requirement != document.JustificationOptional && policy.Requirement != document.JustificationRequired:
		return refusef("gives no role: it asks for a justification that is %q, which is unknown", policy.Requirement)
	case policy.Pattern == "":
		return nil
	}
	pattern, err := regexp.Compile(policy.Pattern)
	if err != nil {
		return refusef("gives no role: the pattern of its justification does not compile; have grantPolicy.justification.pattern corrected")
	}
	if !pattern.MatchString(justification) {
		return refusef("gives roles only to requests whose justification matches %s%s", policy.Pattern, hint)
	}
	return nil
}

// refuseScope returns what a scope covers beyond the unit and the dimensions of the input. No scope is that of the input.
func (e *evaluation) refuseScope(scope *document.Scope) error {
	if scope == nil {
		return nil
	}
	x, top := e.decision.Index, e.decision.Unit
	within := "give the role within the unit of the request, " + x.UnitTable[top].Name
	if scope.Everywhere && top != compiled.Root {
		return refusef("does not give the role everywhere: %s", within)
	}
	units := slices.Clone(scope.Units)
	for _, group := range scope.UnitGroups {
		members, known := x.UnitGroups[group]
		if !known {
			return &access.MissingError{What: access.MissingUnitGroup, Name: group}
		}
		units = append(units, members...)
	}
	for _, name := range units {
		unit, known := x.Units.Get(name)
		if !known {
			return &access.MissingError{What: access.MissingUnit, Name: name}
		}
		if !e.isBelow(unit, top) {
			return refusef("does not give the role in unit %q: %s", name, within)
		}
	}
	return e.refuseValues(scope)
}

// isBelow reports whether a unit is another, or lies below it.
func (e *evaluation) isBelow(unit, top uint32) bool {
	for above := range e.decision.Index.Ancestors(unit) {
		if above == top {
			return true
		}
	}
	return false
}

// refuseValues returns which values of a dimension a scope covers besides that of the input.
func (e *evaluation) refuseValues(scope *document.Scope) error {
	for i := range e.decision.Index.Dimensions {
		name := e.decision.Index.Dimensions[i].Name
		value, present := e.asked.Resource.Properties[name].(string)
		if _, asked := e.asked.Resource.Properties[name]; !asked {
			continue
		}
		covered := scope.Dimensions[name]
		if !present || covered.All || slices.ContainsFunc(covered.Values, func(v string) bool { return v != value }) {
			return refusef("does not give the role for more of dimension %q than the request's %q", name, value)
		}
	}
	return nil
}

// refuseWithoutDecision returns why a plan that asks nobody gives no role.
func refuseWithoutDecision(policy *document.GrantPolicy, plan *access.ApprovalPlan) error {
	for i := range plan.Steps {
		// A step that is bypassed, or approved by submission, is so because the policy says that this suffices.
		if plan.Steps[i].Disposition != access.DispositionNotNeeded {
			return nil
		}
	}
	if policy.Allows(document.WithoutDecisionIfNoStepNeeded) {
		return nil
	}
	return refusef("needs no step for this request, and gives no role without a decision: grantPolicy.withoutDecision lacks %s",
		document.WithoutDecisionIfNoStepNeeded)
}

// context returns what conditions see of the input besides subject and resource.
func (e *evaluation) context(policy *document.GrantPolicy) map[string]any {
	context := map[string]any{"beneficiary": e.input.EffectiveBeneficiary(), "justification": e.input.Justification}
	if grant := e.input.Grant; grant != nil {
		seen := map[string]any{"role": grant.Role, "durationSeconds": grant.EffectiveSeconds(policy), "scope": e.scopeValue(grant.Scope)}
		if grant.StartTime != nil {
			seen["startTime"] = condition.Time(*grant.StartTime)
		}
		if grant.RenewalOf != "" {
			seen["renewalOf"] = grant.RenewalOf
		}
		context["grant"] = seen
	}
	return context
}

// effectiveScope returns where the role that the input asks for would be held. No scope is that of the input.
func (e *evaluation) effectiveScope(scope *document.Scope) *document.Scope {
	if scope != nil {
		return scope
	}
	scope = &document.Scope{Units: []string{e.decision.Index.UnitTable[e.decision.Unit].Name}, Dimensions: map[string]document.Values{}}
	for i := range e.decision.Index.Dimensions {
		name := e.decision.Index.Dimensions[i].Name
		value, present := e.asked.Resource.Properties[name].(string)
		values := document.Values{All: !present}
		if present {
			values.Values = []string{value}
		}
		scope.Dimensions[name] = values
	}
	return scope
}

// scopeValue returns a scope as conditions see it.
func (e *evaluation) scopeValue(scope *document.Scope) map[string]any {
	scope = e.effectiveScope(scope)
	dimensions := make(map[string]any, len(scope.Dimensions))
	for name, values := range scope.Dimensions {
		dimensions[name] = map[string]any{"all": values.All, "values": slices.Clone(values.Values)}
	}
	return map[string]any{
		"everywhere": scope.Everywhere, "units": slices.Clone(scope.Units), "unitGroups": slices.Clone(scope.UnitGroups),
		"dimensions": dimensions,
	}
}

// CheckScope returns why the role that an input asks for would be held beyond the input's unit and dimensions; nil if it would not.
func CheckScope(x *compiled.Index, input *access.ApprovalInput) error {
	e, err := newEvaluation(x, input)
	if err != nil || input.Grant == nil {
		return err
	}
	return e.refuseScope(input.Grant.Scope)
}
