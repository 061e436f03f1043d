// SPDX-License-Identifier: Apache-2.0

package history

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
)

// requests adds what has happened to the requests of the organization, in the words of the audit log.
func (c *collection) requests(o *state.Organization, decisions []v1alpha1.ApprovalDecision) {
	of := map[string][]v1alpha1.ApprovalDecision{}
	for i := range decisions {
		if decisions[i].Namespace == o.Namespace {
			name := decisions[i].Spec.RequestRef.Name
			of[name] = append(of[name], decisions[i])
		}
	}
	for i := range o.Members.Requests {
		request := &o.Members.Requests[i]
		records := audit.Records(request, of[request.Name])
		for j := range records {
			c.add(eventOf(&records[j], request))
		}
	}
}

// eventOf returns the event that a record of a request tells.
func eventOf(r *audit.Record, request *v1alpha1.ApprovalRequest) Event {
	e := Event{
		Time: r.Time, What: What(r.Event), Record: r, Users: []string{r.Request.Requester},
		Object: model.Ref{Kind: model.KindRequest, Namespace: r.Namespace, Name: r.Request.Name},
	}
	if r.Request.Beneficiary != r.Request.Requester {
		e.Users = append(e.Users, r.Request.Beneficiary)
	}
	if grant := request.Spec.Grant; grant != nil {
		e.Roles = []string{keyOf(string(grant.RoleRef.Kind), grant.RoleRef.Name)}
	}
	switch {
	case r.Asked != nil:
		e.By, e.Via = r.Request.Requester, r.Asked.Via
		if r.Request.Beneficiary != r.Request.Requester {
			e.OnBehalfOf = r.Request.Beneficiary
		}
	case r.Decision != nil:
		e.By, e.OnBehalfOf, e.Via = r.Decision.Approver, r.Decision.OnBehalfOf, r.Decision.Via
		e.Users = append(e.Users, r.Decision.Approver)
		e.Object = model.Ref{Kind: model.KindDecision, Namespace: r.Namespace, Name: r.Decision.Name}
	case r.Event == audit.RoleEnded && r.Role != nil:
		e.By, e.Via = r.Role.EndedBy, r.Role.EndedVia
	}
	return e
}
