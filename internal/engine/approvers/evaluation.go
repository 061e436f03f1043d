// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/assign"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SelectChain returns the name of the chain that governs an input: of those of its type whose condition is true, the one of the
// highest priority. The error says why there is none: it is a *MissingError where something may come yet; else no condition is
// true, one cannot be evaluated, or two chains tie.
func SelectChain(x *compiled.Index, input *access.ApprovalInput) (string, error) {
	e, err := newEvaluation(x, input)
	if err != nil {
		return "", err
	}
	ranked := ranked(x, input.RequestType)
	if len(ranked) == 0 {
		return "", &access.MissingError{What: access.MissingChain, Name: input.RequestType}
	}
	var governing []string
	for _, name := range ranked {
		chain := x.Chains[name]
		if len(governing) > 0 && rank(chain) != rank(x.Chains[governing[0]]) {
			break
		}
		switch applies, err := e.governs(&chain); {
		case err != nil:
			return "", fmt.Errorf("it cannot be said whether chain %q governs the request: %w", name, err)
		case applies:
			governing = append(governing, name)
		}
	}
	switch len(governing) {
	case 0:
		return "", fmt.Errorf("no chain governs requests of type %q like this one: the condition of each is false", input.RequestType)
	case 1:
		return governing[0], nil
	default:
		return "", fmt.Errorf("chains %q and %q govern the request at the same priority", governing[0], governing[1])
	}
}

// rank orders chains: by priority, and at the same one those with a condition first.
func rank(c document.Chain) [2]int {
	if c.When != "" {
		return [2]int{c.Priority, 1}
	}
	return [2]int{c.Priority, 0}
}

// ranked are the names of the chains for one type of request, the highest rank first.
func ranked(x *compiled.Index, requestType string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(x.Chains)) {
		if x.Chains[name].RequestType == requestType {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		ra, rb := rank(x.Chains[a]), rank(x.Chains[b])
		return slices.Compare(rb[:], ra[:])
	})
	return names
}

// evaluation is an input on its way through a chain.
type evaluation struct {
	decision decide.Decision
	input    *access.ApprovalInput
	asked    access.Request
	// anyAttributes is set if nothing is known of the input but its unit and its values, so that conditions are left aside.
	anyAttributes bool
	// withOwn is set to find managers even if the input is their own request; otherwise the next in line is meant.
	withOwn bool
	// given asks who may give the role of the input directly, once it was asked.
	given *assign.Move
	// work counts what it takes; nil if nothing bounds it.
	work *work
	// cost is what conditions cost so far.
	cost uint64
}

// costLimit bounds what the conditions that are evaluated about one input may cost together: each may cost condition.CostLimit, and any
// number of chains may be for one type of request.
const costLimit = 10 * condition.CostLimit

var errCostLimit = errors.New("the conditions of the chains for this type of request cost more to evaluate than is allowed for one " +
	"request: simplify them, or have fewer chains for the type")

// newEvaluation looks up what an input names. The error says what is not known of it.
func newEvaluation(x *compiled.Index, input *access.ApprovalInput) (*evaluation, error) {
	if err := validatePeople(x, input); err != nil {
		return nil, err
	}
	e := describe(x, input)
	if err := e.locate(input.Unit); err != nil {
		return nil, err
	}
	return e, nil
}

// validatePeople returns why an input has no requester or beneficiary who is an active user; nil if it has both.
func validatePeople(x *compiled.Index, input *access.ApprovalInput) error {
	switch requester, known := x.FindUser(input.Requester); {
	case !known:
		return &access.MissingError{What: access.MissingRequester, Name: input.Requester}
	case requester.IsSuspended():
		return fmt.Errorf("the requester %q is suspended", input.Requester)
	}
	switch beneficiary, known := x.FindUser(input.EffectiveBeneficiary()); {
	case !known:
		return &access.MissingError{What: access.MissingBeneficiary, Name: input.EffectiveBeneficiary()}
	case beneficiary.IsSuspended():
		return fmt.Errorf("the beneficiary %q is suspended", input.EffectiveBeneficiary())
	}
	return nil
}

// describe returns an input as a decision sees it, without its place.
func describe(x *compiled.Index, input *access.ApprovalInput) *evaluation {
	e := &evaluation{input: input}
	e.asked = access.Request{
		Subject:  access.Subject{Type: x.SubjectType(), ID: input.Requester},
		Resource: access.Resource{Type: input.RequestType, Properties: maps.Clone(input.Attributes)},
	}
	if e.asked.Resource.Properties == nil {
		e.asked.Resource.Properties = map[string]any{}
	}
	delete(e.asked.Resource.Properties, access.PropertyUnit)
	if input.Unit != "" {
		e.asked.Resource.Properties[access.PropertyUnit] = input.Unit
	}
	e.decision.Index, e.decision.Request, e.decision.Holder, e.decision.Now = x, &e.asked, x.User(input.Requester), input.Now
	return e
}

// locate finds the unit and the dimension values that the input is about. An input is never a unit, whatever its type.
func (e *evaluation) locate(unit string) error {
	var known bool
	if e.decision.Unit, known = e.decision.Index.UnitOf(e.asked.Resource.Properties); !known {
		return &access.MissingError{What: access.MissingUnit, Name: unit}
	}
	if e.decision.Values, known = e.decision.Index.ValuesOf(e.asked.Resource.Properties, e.decision.Location); !known {
		return e.unknownValue()
	}
	return nil
}

// unknownValue returns which attribute is not a value of the dimension that it is named after.
func (e *evaluation) unknownValue() error {
	for i := range e.decision.Index.Dimensions {
		dimension := &e.decision.Index.Dimensions[i]
		attribute, present := e.asked.Resource.Properties[dimension.Name]
		value, isText := attribute.(string)
		if present && !isText {
			return fmt.Errorf("attribute %q is a value of the dimension of that name, and must be a string", dimension.Name)
		}
		if _, known := dimension.Values[value]; present && !known {
			return &access.MissingError{What: access.MissingValue, Name: value, Dimension: dimension.Name}
		}
	}
	return nil
}

// Validate returns what is not known of an input, so that nothing can be said of it; nil if everything is known.
func Validate(x *compiled.Index, input *access.ApprovalInput) error {
	_, err := newEvaluation(x, input)
	return err
}

// governs reports whether a chain governs the input.
func (e *evaluation) governs(chain *document.Chain) (bool, error) {
	if chain.Refused != "" {
		return false, errors.New(chain.Refused)
	}
	e.asked.Context = e.context(chain.GrantPolicy)
	return e.isTrueOf(chain.When)
}

// isTrueOf evaluates an expression about the input; none is true.
func (e *evaluation) isTrueOf(expression string) (bool, error) {
	if expression == "" {
		return true, nil
	}
	program, err := condition.CompileChain(expression)
	if err != nil {
		return false, err
	}
	var activation condition.Activation
	e.decision.Describe(&activation.Input)
	activation.Now = e.decision.Moment()
	if e.cost > costLimit {
		return false, errCostLimit
	}
	result, cost, err := program.EvalCost(&activation)
	e.cost += cost
	return result, err
}

// HasPermission reports whether a user holds a permission on what the input is about.
func HasPermission(x *compiled.Index, input *access.ApprovalInput, user, permission string) bool {
	e, err := newEvaluation(x, input)
	if err != nil {
		return false
	}
	return e.holdsPermission(user, permission)
}
