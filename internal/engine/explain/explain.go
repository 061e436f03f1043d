// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Explain decides as Check does, and says why: which grant, which role, inherited through what, which condition was false
// or could not be evaluated, and for a no what would make it a yes. A judge decides about what constraints may withhold; without
// one, it is not advised.
func Explain(x *compiled.Index, r *access.Request, judge Judge) access.Explanation {
	e := &explainer{
		decision: decide.Decision{Index: x, Request: r}, judge: judge, results: map[uint32]access.ConditionResult{},
	}
	explanation := e.identify()
	if explanation == nil {
		e.explain()
		explanation = &e.explanation
	}
	if e.isUser {
		e.addFlaws(explanation)
	}
	return *explanation
}

// Reason decides as Check does, and returns the reason that Explain has, without looking for what would make a no a yes.
func Reason(x *compiled.Index, r *access.Request) (allowed bool, reason access.Reason) {
	e := &explainer{
		decision: decide.Decision{Index: x, Request: r}, results: map[uint32]access.ConditionResult{}, withoutAdvice: true,
	}
	explanation := e.identify()
	if explanation == nil {
		e.explain()
		explanation = &e.explanation
	}
	return explanation.Decision, explanation.Reason
}

// explainer follows a decision step by step, with the same questions.
type explainer struct {
	decision    decide.Decision
	explanation access.Explanation
	judge       Judge
	// results are those of the conditions that were evaluated: many grants may ask for one.
	results map[uint32]access.ConditionResult
	// withoutAdvice is set if nobody asks what would make a no a yes.
	withoutAdvice bool
	// isUser is set once the subject is known to be a user of the organization.
	isUser bool
}

// identify looks up what the request names. It returns the answer if that is already no.
func (e *explainer) identify() *access.Explanation {
	x, r := e.decision.Index, e.decision.Request
	no := func(reason access.Reason, format string, args ...any) *access.Explanation {
		return &access.Explanation{Reason: reason, Message: fmt.Sprintf(format, args...)}
	}
	if x.UnavailableBecause != "" {
		return no(access.ReasonUnavailable, "%s", x.UnavailableBecause)
	}
	if !x.IsSubjectType(r.Subject.Type) {
		return no(access.ReasonUnknownSubjectType, "the subject's type is %q; only a subject of type %s holds permissions",
			r.Subject.Type, alternatives(x.SubjectTypeNames))
	}
	var known bool
	if e.decision.Holder, known = x.FindUser(r.Subject.ID); !known {
		return no(access.ReasonUnknownUser, "%q is not a user of %s", r.Subject.ID, x.Whole())
	}
	e.isUser = true
	if e.decision.Holder.Detail != nil && e.decision.Holder.Detail.Suspended {
		refusal := no(access.ReasonSuspended, "%s is suspended", r.Subject.ID)
		refusal.Grants = e.suspendedGrants()
		return refusal
	}
	permission, known := x.Permissions.Get(r.Action.Name)
	if !known {
		return no(access.ReasonUnknownPermission, "the catalog has no permission %q", r.Action.Name)
	}
	e.decision.Permission = permission.Number
	if !x.IsAbout(permission.Number, r.Resource.Type) {
		return no(access.ReasonUnknownResourceType, "%s is about resources of type %s, and resource.type is %s",
			r.Action.Name, alternatives(x.Restrictions[permission.Number].ResourceTypes), quoted(r.Resource.Type))
	}
	if e.decision.Location, known = x.Locate(&r.Resource); !known {
		reason, message := unlocated(x, &r.Resource)
		return no(reason, "%s", message)
	}
	if e.decision.Values, known = x.ValuesOf(r.Resource.Properties, e.decision.Location); !known {
		return no(access.ReasonUnknownDimensionValue, "%s", e.unknownValue())
	}
	return nil
}

// suspendedGrants lists the grants of a suspended user, none of which counts.
func (e *explainer) suspendedGrants() []access.GrantResult {
	x := e.decision.Index
	var results []access.GrantResult
	for i := e.decision.Holder.From; i < e.decision.Holder.Until; i++ {
		g := &x.Grants[i]
		result := access.GrantResult{
			Source: x.Sources[i], Role: x.EffectiveRoles[g.EffectiveRole].Role, Scope: x.Scopes[g.Scope].Written.String(), EndTime: x.End(g.Window),
			Because: "the user is suspended",
		}
		for _, alternative := range x.Roles[result.Role].Permissions[e.decision.Request.Action.Name] {
			result.Alternatives = append(result.Alternatives, access.AlternativeResult{When: alternative.String(), Via: alternative.Via})
		}
		results = append(results, result)
	}
	return results
}

// explain asks in the order that the meaning of a decision gives: prohibitions, denials, grants.
func (e *explainer) explain() {
	x, restriction, holder := e.decision.Index, &e.decision.Index.Restrictions[e.decision.Permission], e.decision.Holder
	e.explanation.Unit = x.UnitTable[e.decision.Unit].Name
	for _, prohibition := range restriction.Prohibitions {
		e.explanation.Prohibitions = append(e.explanation.Prohibitions, e.result(prohibition, false))
	}
	if holder.Detail != nil {
		for i := range holder.Detail.Overrides {
			if o := &holder.Detail.Overrides[i]; o.Permission == e.decision.Permission {
				e.explanation.Overrides = append(e.explanation.Overrides, e.overrideResult(o))
			}
		}
	}
	for i := holder.From; i < holder.Until; i++ {
		e.explanation.Grants = append(e.explanation.Grants, e.grantResult(i))
	}
	e.conclude(restriction)
}

// conclude finds what decides.
func (e *explainer) conclude(restriction *compiled.Restriction) {
	if e.concludeRefused(restriction) || e.concludeOverride(true) || e.concludeOverride(false) || e.concludeGranted() {
		return
	}
	x := &e.explanation
	x.Reason = access.ReasonNotGranted
	x.Message = fmt.Sprintf("nothing gives %s to %s in %s", e.decision.Request.Action.Name, e.decision.Request.Subject.ID, x.Unit)
	if e.withoutAdvice {
		return
	}
	corrections, written := e.corrections()
	advisor := advisor{explainer: e, judge: e.judge, written: written}
	x.Advice, x.Nearest = advisor.nearest()
	if len(corrections) > 0 && len(x.Advice) == 0 {
		x.Nearest = nil // what hinders other ways is not what it takes
	}
	x.Nearest = slices.Concat(corrections, x.Nearest)
}

// concludeRefused concludes that the permission is refused to everybody, if it is.
func (e *explainer) concludeRefused(restriction *compiled.Restriction) bool {
	why := restriction.Refused
	for _, prohibition := range e.explanation.Prohibitions {
		if why == "" && (prohibition.True || prohibition.Error != "") {
			why = "prohibition " + prohibition.String()
		}
	}
	if why == "" {
		return false
	}
	e.explanation.Reason = access.ReasonRefused
	e.explanation.Message = fmt.Sprintf("%s is refused to everybody: %s", e.decision.Request.Action.Name, why)
	return true
}

// concludeOverride concludes that an override denies or gives the permission, if one does.
func (e *explainer) concludeOverride(deny bool) bool {
	x := &e.explanation
	for _, o := range x.Overrides {
		if o.Deny != deny || !o.Covers {
			continue
		}
		x.Decision, x.Reason = true, access.ReasonGrantedByOverride
		x.Message = fmt.Sprintf("override %s gives %s to %s", o.Source, e.decision.Request.Action.Name, e.decision.Request.Subject.ID)
		if deny {
			x.Decision, x.Reason = false, access.ReasonDenied
			x.Message = fmt.Sprintf("override %s denies %s to %s", o.Source, e.decision.Request.Action.Name, e.decision.Request.Subject.ID)
		}
		return true
	}
	return false
}

// concludeGranted concludes that a grant gives the permission, if one does.
func (e *explainer) concludeGranted() bool {
	x := &e.explanation
	for i, g := range x.Grants {
		for _, a := range g.Alternatives {
			if !g.Covers || !a.Met {
				continue
			}
			scope := e.decision.Index.Scopes[e.decision.Index.Grants[int(e.decision.Holder.From)+i].Scope].Written
			x.Decision, x.Reason = true, access.ReasonGranted
			x.Message = fmt.Sprintf("role %s gives %s to %s %s%s",
				g.Role, e.decision.Request.Action.Name, e.decision.Request.Subject.ID, where(scope), a.Inheritance())
			return true
		}
	}
	return false
}

// result evaluates a condition, and says what it saw unless it yields what is wanted.
func (e *explainer) result(number uint32, wanted bool) access.ConditionResult {
	if result, known := e.results[number]; known {
		return result
	}
	named := &e.decision.Index.Conditions[number]
	result := access.ConditionResult{Name: named.Name, Description: named.Description}
	var err error
	if result.True, err = e.decision.Evaluate(number); err != nil {
		result.Error = err.Error()
	}
	if err != nil || result.True != wanted {
		result.Expression, result.Values = named.Expression, e.valuesSeen(named)
	}
	e.results[number] = result
	return result
}

// valuesSeen returns what a condition read.
func (e *explainer) valuesSeen(named *compiled.Condition) []access.ConditionValue {
	if named.Program == nil {
		return nil
	}
	input := condition.Input{Now: e.decision.Moment()}
	e.decision.Describe(&input)
	var values []access.ConditionValue
	for _, path := range named.Program.Paths() {
		value, present := input.Lookup(path)
		if _, err := json.Marshal(value); err != nil {
			value = fmt.Sprint(value)
		}
		values = append(values, access.ConditionValue{Path: path.String(), Missing: !present, Value: value})
	}
	return values
}

func (e *explainer) overrideResult(o *compiled.Override) access.OverrideResult {
	obstacles := e.overrideObstacles(o)
	return access.OverrideResult{
		Source: o.Source, Deny: o.Deny, Scope: e.decision.Index.Scopes[o.Scope].Written.String(),
		Covers: len(obstacles) == 0, Because: strings.Join(obstacles, " and "),
	}
}

func (e *explainer) grantResult(number uint32) access.GrantResult {
	g := &e.decision.Index.Grants[number]
	held := &e.decision.Index.EffectiveRoles[g.EffectiveRole]
	obstacles := e.coverageObstacles(g.Scope, g.Window)
	result := access.GrantResult{
		Source: e.decision.Index.Sources[number], Role: held.Role, Scope: e.decision.Index.Scopes[g.Scope].Written.String(),
		EndTime: e.decision.Index.End(g.Window), Covers: len(obstacles) == 0, Because: strings.Join(obstacles, " and "),
	}
	for _, alternative := range e.decision.Index.Roles[held.Role].Permissions[e.decision.Request.Action.Name] {
		result.Alternatives = append(result.Alternatives, e.alternativeResult(alternative, held.Entitlements))
	}
	return result
}

func (e *explainer) alternativeResult(alternative document.Alternative, entitlements []string) access.AlternativeResult {
	result := access.AlternativeResult{When: alternative.String(), Via: alternative.Via, Met: true}
	for _, feature := range alternative.RequiredFeatures {
		if _, on := e.decision.Index.Features[feature]; !on {
			result.MissingFeatures, result.Met = append(result.MissingFeatures, feature), false
		}
	}
	for _, entitlement := range alternative.RequiredEntitlements {
		if !slices.Contains(entitlements, entitlement) {
			result.MissingEntitlements, result.Met = append(result.MissingEntitlements, entitlement), false
		}
	}
	for _, name := range alternative.Qualifiers {
		qualifier := access.ConditionResult{Name: name, Error: "the document does not declare it"}
		if number, known := e.decision.Index.Qualifiers[name]; known {
			qualifier = e.result(number, true)
		}
		result.Qualifiers = append(result.Qualifiers, qualifier)
		result.Met = result.Met && qualifier.True
	}
	return result
}
