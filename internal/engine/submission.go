// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Chain returns an approval chain of the document, by name.
func (x *Index) Chain(name string) (document.Chain, bool) {
	chain, known := x.chains[name]
	return chain, known
}

// Govern returns the name of the chain that governs a submission: of those of its type whose trigger is true, the one of the
// highest priority. The error says why there is none: it is a *MissingError where something may come yet; else no trigger is true,
// one cannot be evaluated, or two chains tie.
func (x *Index) SelectChain(s *access.ApprovalInput) (string, error) {
	q, err := x.inquire(s)
	if err != nil {
		return "", err
	}
	ranked := x.ranked(s.Type)
	if len(ranked) == 0 {
		return "", &access.MissingError{What: access.MissingChain, Name: s.Type}
	}
	var governing []string
	for _, name := range ranked {
		chain := x.chains[name]
		if len(governing) > 0 && rank(chain) != rank(x.chains[governing[0]]) {
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
func (x *Index) ranked(requestType string) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(x.chains)) {
		if x.chains[name].RequestType == requestType {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		ra, rb := rank(x.chains[a]), rank(x.chains[b])
		return slices.Compare(rb[:], ra[:])
	})
	return names
}

// inquiry is a submission on its way through a chain.
type inquiry struct {
	decision
	submission *access.ApprovalInput
	asked      access.Request
}

// inquire looks up what a submission names. The error says what is not known of it.
func (x *Index) inquire(s *access.ApprovalInput) (*inquiry, error) {
	requester, known := x.users[s.Requester]
	if !known {
		return nil, &access.MissingError{What: access.MissingRequester, Name: s.Requester}
	}
	if requester.isSuspended() {
		return nil, fmt.Errorf("the requester %q is suspended", s.Requester)
	}
	switch beneficiary, known := x.users[s.EffectiveBeneficiary()]; {
	case !known:
		return nil, &access.MissingError{What: access.MissingBeneficiary, Name: s.EffectiveBeneficiary()}
	case beneficiary.isSuspended():
		return nil, fmt.Errorf("the beneficiary %q is suspended", s.EffectiveBeneficiary())
	}
	q := &inquiry{submission: s}
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
	q.index, q.request, q.holder, q.now = x, &q.asked, requester, s.Now
	var located bool
	if q.unit, _, located = x.locate(&q.asked.Resource); !located {
		return nil, &access.MissingError{What: access.MissingUnit, Name: s.Unit}
	}
	if q.values, known = x.valuesOf(&q.asked.Resource); !known {
		return nil, errors.New("an attribute names a value that its dimension does not have")
	}
	return q, nil
}

// ValidateInput tells what is not known of a submission, so that nothing can be said of it; nil, if all is.
func (x *Index) ValidateInput(s *access.ApprovalInput) error {
	_, err := x.inquire(s)
	return err
}

func (u user) isSuspended() bool { return u.extra != nil && u.extra.suspended }

// triggered tells whether a chain governs the submission.
func (q *inquiry) triggered(chain *document.Chain) (bool, error) {
	if chain.Refused != "" {
		return false, errors.New(chain.Refused)
	}
	return q.isTrueOf(chain.Trigger)
}

// isTrueOf evaluates an expression about the submission; none is true.
func (q *inquiry) isTrueOf(expression string) (bool, error) {
	if expression == "" {
		return true, nil
	}
	program, err := condition.Compile(expression)
	if err != nil {
		return false, err
	}
	var activation condition.Activation
	q.describe(&activation.Input)
	activation.Now = q.moment()
	return program.Eval(&activation)
}

// May tells whether a user holds a permission on what the submission is about.
func (x *Index) HasPermission(s *access.ApprovalInput, user, permission string) bool {
	q, err := x.inquire(s)
	if err != nil || permission == "" {
		return false
	}
	holder, isUser := x.users[user]
	asked, known := x.permissions[permission]
	if !isUser || !known {
		return false
	}
	q.asked.Subject.ID, q.asked.Action.Name = user, permission
	q.holder, q.permission = holder, asked.number
	return q.allowed()
}
