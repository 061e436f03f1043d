// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Explain decides as Check does, and says why: which grant, which role, inherited through what, which condition was false
// or could not be evaluated, and for a no what would make it a yes.
func (x *Index) Explain(r *access.Request) access.Explanation {
	e := &explainer{decision: decision{index: x, request: r}}
	if refusal := e.identify(); refusal != nil {
		return *refusal
	}
	return e.explain()
}

// explainer follows a decision step by step, with the same questions.
type explainer struct {
	decision
	explanation access.Explanation
}

// identify looks up what the request names. It returns the answer if that is already no.
func (e *explainer) identify() *access.Explanation {
	x, r := e.index, e.request
	no := func(reason access.Reason, format string, args ...any) *access.Explanation {
		return &access.Explanation{Reason: reason, Message: fmt.Sprintf(format, args...)}
	}
	if x.closed != "" {
		return no(access.ReasonUnavailable, "%s", x.closed)
	}
	if r.Subject.Type != access.SubjectTypeUser {
		return no(access.ReasonUnknownSubjectType, "the subject's type is %q; only a subject of type %q holds permissions", r.Subject.Type, access.SubjectTypeUser)
	}
	var known bool
	if e.holder, known = x.users[r.Subject.ID]; !known {
		return no(access.ReasonUnknownUser, "%q is not a user of the organization", r.Subject.ID)
	}
	if e.holder.extra != nil && e.holder.extra.suspended {
		return no(access.ReasonSuspended, "%s is suspended", r.Subject.ID)
	}
	permission, known := x.permissions[r.Action.Name]
	if !known {
		return no(access.ReasonUnknownPermission, "the catalog has no permission %q", r.Action.Name)
	}
	e.permission = permission.number
	if e.unit, _, known = x.locate(&r.Resource); !known {
		return no(access.ReasonUnknownUnit, "%s", x.unknownUnit(&r.Resource))
	}
	if e.values, known = x.valuesOf(&r.Resource); !known {
		return no(access.ReasonUnknownDimensionValue, "%s", x.unknownValue(&r.Resource))
	}
	return nil
}

// unknownUnit says why a resource is nowhere.
func (x *Index) unknownUnit(r *access.Resource) string {
	property, present := r.Properties[access.PropertyUnit]
	if !present {
		return "the organization has no units, so the resource is nowhere"
	}
	return fmt.Sprintf("resource.properties.unit is %s, which is not a unit of the organization", quoted(property))
}

// unknownValue names the properties of a resource that are not values of their dimension.
func (x *Index) unknownValue(r *access.Resource) string {
	var unknown []string
	for _, d := range x.dimensions {
		property, present := r.Properties[d.name]
		name, isString := property.(string)
		if _, known := d.values[name]; present && (!isString || !known) {
			values := strings.Join(slices.Sorted(maps.Keys(d.values)), ", ")
			unknown = append(unknown, fmt.Sprintf("resource.properties.%s is %s, which is not one of %s", d.name, quoted(property), values))
		}
	}
	return strings.Join(unknown, "; ")
}

// quoted writes a value as JSON, which is how callers sent it.
func quoted(value any) string {
	if text, err := json.Marshal(value); err == nil {
		return string(text)
	}
	return fmt.Sprintf("%v", value)
}

// explain asks in the order that the meaning of a decision gives: invariants, revocations, grants.
func (e *explainer) explain() access.Explanation {
	x, guard, holder := e.index, &e.index.guards[e.permission], e.holder
	e.explanation.Unit = x.unitTable[e.unit].name
	for _, invariant := range guard.invariants {
		e.explanation.Invariants = append(e.explanation.Invariants, e.result(invariant))
	}
	if holder.extra != nil {
		for i := range holder.extra.overrides {
			if o := &holder.extra.overrides[i]; o.permission == e.permission {
				e.explanation.Overrides = append(e.explanation.Overrides, e.overrideResult(o))
			}
		}
	}
	for i := holder.from; i < holder.until; i++ {
		e.explanation.Grants = append(e.explanation.Grants, e.grantResult(&x.grants[i]))
	}
	e.conclude(guard)
	return e.explanation
}

// conclude finds what decides.
func (e *explainer) conclude(guard *guard) {
	if e.concludeRefused(guard) || e.concludeOverride(true) || e.concludeOverride(false) || e.concludeGranted() {
		return
	}
	x := &e.explanation
	x.Reason = access.ReasonNotGranted
	x.Message = fmt.Sprintf("nothing gives %s to %s in %s", e.request.Action.Name, e.request.Subject.ID, x.Unit)
	x.Nearest = e.nearest()
}

// concludeRefused concludes that the permission is refused to everybody, if it is.
func (e *explainer) concludeRefused(guard *guard) bool {
	why := guard.refused
	for _, invariant := range e.explanation.Invariants {
		if why == "" && (invariant.True || invariant.Error != "") {
			why = "invariant " + invariant.String()
		}
	}
	if why == "" {
		return false
	}
	e.explanation.Reason = access.ReasonRefused
	e.explanation.Message = fmt.Sprintf("%s is refused to everybody: %s", e.request.Action.Name, why)
	return true
}

// concludeOverride concludes that an override takes or gives the permission, if one does.
func (e *explainer) concludeOverride(revoke bool) bool {
	x := &e.explanation
	for _, o := range x.Overrides {
		if o.Revoke != revoke || !o.Covers {
			continue
		}
		x.Decision, x.Reason = true, access.ReasonGrantedByOverride
		x.Message = fmt.Sprintf("override %s gives %s to %s", o.Source, e.request.Action.Name, e.request.Subject.ID)
		if revoke {
			x.Decision, x.Reason = false, access.ReasonRevoked
			x.Message = fmt.Sprintf("override %s takes %s from %s", o.Source, e.request.Action.Name, e.request.Subject.ID)
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
			scope := e.index.scopes[e.index.grants[int(e.holder.from)+i].scope].written
			x.Decision, x.Reason = true, access.ReasonGranted
			x.Message = fmt.Sprintf("role %s gives %s to %s %s%s",
				g.Role, e.request.Action.Name, e.request.Subject.ID, where(scope), a.Inheritance())
			return true
		}
	}
	return false
}

func (e *explainer) result(condition uint32) access.ConditionResult {
	named := &e.index.conditions[condition]
	result := access.ConditionResult{Name: named.name, Description: named.description}
	value, err := e.evaluate(condition)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	result.True = value
	return result
}

func (e *explainer) overrideResult(o *override) access.OverrideResult {
	lacks := e.overrideLacks(o)
	return access.OverrideResult{
		Source: o.source, Revoke: o.revoke, Scope: e.index.scopes[o.scope].written.String(),
		Covers: len(lacks) == 0, Because: because(lacks),
	}
}

func (e *explainer) grantResult(g *grant) access.GrantResult {
	held := &e.index.capabilities[g.capability]
	lacks := e.coverageLacks(g.scope, g.window)
	result := access.GrantResult{
		Source: g.source, Role: held.role, Scope: e.index.scopes[g.scope].written.String(),
		Covers: len(lacks) == 0, Because: because(lacks),
	}
	for _, alternative := range e.index.roles[held.role].Permissions[e.request.Action.Name] {
		result.Alternatives = append(result.Alternatives, e.alternativeResult(alternative, held.entitlements))
	}
	return result
}

func (e *explainer) alternativeResult(alternative document.Alternative, entitlements []string) access.AlternativeResult {
	result := access.AlternativeResult{When: alternative.String(), Via: alternative.Via, Met: true}
	for _, feature := range alternative.Features {
		if _, on := e.index.features[feature]; !on {
			result.Features, result.Met = append(result.Features, feature), false
		}
	}
	for _, entitlement := range alternative.Entitlements {
		if !slices.Contains(entitlements, entitlement) {
			result.Entitlements, result.Met = append(result.Entitlements, entitlement), false
		}
	}
	for _, name := range alternative.Qualifiers {
		qualifier := access.ConditionResult{Name: name, Error: "the document does not declare it"}
		if number, known := e.index.qualifiers[name]; known {
			qualifier = e.result(number)
		}
		result.Qualifiers = append(result.Qualifiers, qualifier)
		result.Met = result.Met && qualifier.True
	}
	return result
}
