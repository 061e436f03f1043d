// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// approvers answers who would approve a request, step by step. AuthZEN has no such endpoint: this one is ours.
func (x *exchange) approvers() {
	type routed struct {
		Chain string            `json:"chain,omitempty"`
		Steps []access.PlanStep `json:"steps,omitempty"`
		// Denied says why such a request would be denied, Waiting what it would wait for.
		Denied   string `json:"denied,omitempty"`
		Waiting  string `json:"waiting,omitempty"`
		Revision int64  `json:"revision"`
	}
	answer := routed{Revision: x.revision}
	name, err := x.index.SelectChain(&x.approvalInput)
	if err == nil {
		chain, _ := x.index.Chain(name)
		var plan *access.ApprovalPlan
		if plan, err = x.index.ApprovalPlan(&chain, &x.approvalInput); err == nil {
			answer.Chain, answer.Steps = name, plan.Steps
		} else if refused, is := errors.AsType[*access.RefusedError](err); is {
			answer.Denied = fmt.Sprintf("chain %q %s", name, refused.Predicate)
		}
	}
	if _, missing := errors.AsType[*access.MissingError](err); missing {
		answer.Waiting = err.Error()
	} else if err != nil && answer.Denied == "" {
		answer.Denied = err.Error()
	}
	x.writeJSON(answer)
}

// readApprovalInput reads what approval is asked for. It ignores unknown members.
func (d *decoder) readApprovalInput(to *access.ApprovalInput) error {
	d.checkBody()
	members := d.object()
	if err := d.end(); err != nil {
		return err
	}
	for _, text := range []struct {
		name   string
		needed bool
		into   *string
	}{
		{"requestType", true, &to.RequestType}, {"requester", true, &to.Requester},
		{"beneficiary", false, &to.Beneficiary}, {"unit", false, &to.Unit},
		{"justification", false, &to.Justification},
	} {
		if err := member(members, text.name, "a string", text.needed, text.into); err != nil {
			return err
		}
	}
	if err := readApprovalGrant(members, to); err != nil {
		return err
	}
	return member(members, "attributes", "an object", false, &to.Attributes)
}

// readApprovalGrant reads the role that approval is asked for. It ignores unknown members.
func readApprovalGrant(members map[string]any, to *access.ApprovalInput) error {
	var written map[string]any
	err := member(members, "grant", "an object", false, &written)
	if written == nil {
		return err
	}
	to.Grant = &access.ApprovalGrant{}
	if err := json.Unmarshal(encoded(written), to.Grant); err != nil || to.Grant.Role == "" {
		return badRequestf("grant must be an object with a role, and may have durationSeconds, startTime, renewalOf and a scope")
	}
	return nil
}

// member reads a member of a decoded object. Null stands for no value.
func member[T any](members map[string]any, name, wanted string, needed bool, into *T) error {
	switch value := members[name].(type) {
	case nil:
		if needed {
			return badRequestf("%s is missing: it must be %s", name, wanted)
		}
	case T:
		*into = value
	default:
		return badRequestf("%s must be %s", name, wanted)
	}
	return nil
}
