// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SelectChain returns the name of the chain that governs a submission: of those of its type whose trigger is true, the one of the
// highest priority. The error says why there is none: it is a *MissingError where something may come yet; else no trigger is true,
// one cannot be evaluated, or two chains tie.
func SelectChain(x *compiled.Index, s *access.ApprovalInput) (string, error) {
	q, err := newEvaluation(x, s)
	if err != nil {
		return "", err
	}
	ranked := ranked(x, s.Type)
	if len(ranked) == 0 {
		return "", &access.MissingError{What: access.MissingChain, Name: s.Type}
	}
	var governing []string
	for _, name := range ranked {
		chain := x.Chains[name]
		if len(governing) > 0 && rank(chain) != rank(x.Chains[governing[0]]) {
			break
		}
		switch applies, err := q.triggered(&chain); {
		case err != nil:
			return "", fmt.Errorf("it cannot be said whether chain %q governs the request: %w", name, err)
		case applies:
			governing = append(governing, name)
		}
	}
	switch len(governing) {
	case 0:
		return "", fmt.Errorf("no chain governs requests of type %q like this one: the trigger of each is false", s.Type)
	case 1:
		return governing[0], nil
	default:
		return "", fmt.Errorf("chains %q and %q govern the request at the same priority", governing[0], governing[1])
	}
}

// rank orders chains: by priority, and at the same one those with a trigger first.
func rank(c document.Chain) [2]int {
	if c.Trigger != "" {
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

// evaluation is a submission on its way through a chain.
type evaluation struct {
	decision   decide.Decision
	submission *access.ApprovalInput
	asked      access.Request
}

// newEvaluation looks up what a submission names. The error says what is not known of it.
func newEvaluation(x *compiled.Index, s *access.ApprovalInput) (*evaluation, error) {
	requester, known := x.Users[s.Requester]
	if !known {
		return nil, &access.MissingError{What: access.MissingRequester, Name: s.Requester}
	}
	if requester.IsSuspended() {
		return nil, fmt.Errorf("the requester %q is suspended", s.Requester)
	}
	switch beneficiary, known := x.Users[s.EffectiveBeneficiary()]; {
	case !known:
		return nil, &access.MissingError{What: access.MissingBeneficiary, Name: s.EffectiveBeneficiary()}
	case beneficiary.IsSuspended():
		return nil, fmt.Errorf("the beneficiary %q is suspended", s.EffectiveBeneficiary())
	}
	q := &evaluation{submission: s}
	q.asked = access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: s.Requester},
		Resource: access.Resource{Type: s.Type, Properties: maps.Clone(s.Attributes)},
	}
	if q.asked.Resource.Properties == nil {
		q.asked.Resource.Properties = map[string]any{}
	}
	delete(q.asked.Resource.Properties, access.PropertyUnit)
	if s.Unit != "" {
		q.asked.Resource.Properties[access.PropertyUnit] = s.Unit
	}
	q.decision.Index, q.decision.Request, q.decision.Holder, q.decision.Now = x, &q.asked, requester, s.Now
	var located bool
	if q.decision.Unit, _, located = x.Locate(&q.asked.Resource); !located {
		return nil, &access.MissingError{What: access.MissingUnit, Name: s.Unit}
	}
	if q.decision.Values, known = x.ValuesOf(&q.asked.Resource); !known {
		return nil, errors.New("an attribute names a value that its dimension does not have")
	}
	return q, nil
}

// ValidateInput tells what is not known of a submission, so that nothing can be said of it; nil, if all is.
func Validate(x *compiled.Index, s *access.ApprovalInput) error {
	_, err := newEvaluation(x, s)
	return err
}

// triggered tells whether a chain governs the submission.
func (q *evaluation) triggered(chain *document.Chain) (bool, error) {
	if chain.Refused != "" {
		return false, errors.New(chain.Refused)
	}
	return q.isTrueOf(chain.Trigger)
}

// isTrueOf evaluates an expression about the submission; none is true.
func (q *evaluation) isTrueOf(expression string) (bool, error) {
	if expression == "" {
		return true, nil
	}
	program, err := condition.Compile(expression)
	if err != nil {
		return false, err
	}
	var activation condition.Activation
	q.decision.Describe(&activation.Input)
	activation.Now = q.decision.Moment()
	return program.Eval(&activation)
}

// HasPermission reports whether a user holds a permission on what the submission is about.
func HasPermission(x *compiled.Index, s *access.ApprovalInput, user, permission string) bool {
	q, err := newEvaluation(x, s)
	if err != nil || permission == "" {
		return false
	}
	holder, isUser := x.Users[user]
	asked, known := x.Permissions[permission]
	if !isUser || !known {
		return false
	}
	q.asked.Subject.ID, q.asked.Action.Name = user, permission
	q.decision.Holder, q.decision.Permission = holder, asked.Number
	return q.decision.Allowed()
}
