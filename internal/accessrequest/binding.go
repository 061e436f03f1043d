// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// question is what was asked, as JSON: what a denial, a task and an approval are bound to. The context is that which decisions may
// depend on.
type question struct {
	Subject  map[string]any `json:"subject"`
	Action   map[string]any `json:"action"`
	Resource map[string]any `json:"resource"`
	Context  map[string]any `json:"context"`
	// Members are the names of the members of a context that count. A context without one differs from one that has it.
	Members []string `json:"binding_context_members"`
}

// memberActor is where a subject names who acts for it. A client may name that elsewhere in its next request, so that it does not count.
const memberActor = "act"

// machinery are the members of a context that the profile itself puts there, and that count for nothing.
var machinery = []string{"access_request", "evaluation_id", "evaluated_at", "reason", "approval"}

// newQuestion returns what a request asks, with those members of its context that count.
func newQuestion(r *access.Request, members []string) question {
	subject := r.Subject.Properties
	if _, acts := subject[memberActor]; acts {
		subject = maps.Clone(subject)
		delete(subject, memberActor)
		if len(subject) == 0 {
			subject = nil
		}
	}
	q := question{
		Subject:  entity("type", r.Subject.Type, "id", r.Subject.ID, subject),
		Action:   entity("name", r.Action.Name, "", "", r.Action.Properties),
		Resource: entity("type", r.Resource.Type, "id", r.Resource.ID, r.Resource.Properties),
		Context:  map[string]any{}, Members: members,
	}
	for _, name := range members {
		if value, there := r.Context[name]; there {
			q.Context[name] = value
		}
	}
	return q
}

func entity(first, firstText, second, secondText string, properties map[string]any) map[string]any {
	made := map[string]any{first: firstText}
	if second != "" {
		made[second] = secondText
	}
	if properties != nil {
		made["properties"] = properties
	}
	return made
}

// contextMembers returns the members of the context of a request on which decisions may depend, whether the request has them or not.
func contextMembers(x *engine.Index, r *access.Request) []string {
	members, all := x.ContextMembers()
	if all {
		members = slices.Sorted(maps.Keys(r.Context))
	}
	return slices.DeleteFunc(slices.Clone(members), func(name string) bool { return slices.Contains(machinery, name) })
}

// asks reports whether a request asks exactly the question: the same types, names, ids and properties, and the same context as far as it
// counts.
func (q *question) asks(r *access.Request) bool {
	other := newQuestion(r, q.Members)
	return sameJSON(q.Subject, other.Subject) && sameJSON(q.Action, other.Action) && sameJSON(q.Resource, other.Resource) &&
		sameJSON(q.Context, other.Context)
}

// sameJSON compares values as JSON has them: a member that is absent is not null, and of numbers the value counts.
func sameJSON(a, b map[string]any) bool {
	return reflect.DeepEqual(roundTrip(a), roundTrip(b))
}

func roundTrip(value map[string]any) any {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	var read any
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	return read
}

// binding are the claims of a binding token: which denial it is about, and until when it can be used.
type binding struct {
	question

	Issuer          string `json:"iss"`
	Audience        string `json:"aud"`
	IssuedAt        int64  `json:"iat"`
	Expiry          int64  `json:"exp"`
	ID              string `json:"jti"`
	EvaluationID    string `json:"evaluation_id"`
	DenialExpiresAt string `json:"denial_expires_at"`

	// keyID is of the key that signed the token.
	keyID string
}

// Types of what is signed. What is signed as one is not taken for the other.
const (
	typeBinding  = "authzen-binding+jwt"
	typeApproval = "authzen-approval+jwt"
)

// denial is what a submission says of the denial that it is about.
type denial struct {
	EvaluationID, ExpiresAt, BindingToken string
}

var (
	errExpired = errors.New("the denial has expired: evaluate again, and ask within the time that the answer gives")
	errUnbound = errors.New("denial is not of this decision: send the members of context.access_request, and the request, as they were")
)

// verifyBinding returns the claims of the binding token of a denial, for an audience. The error is errUnbound or errExpired.
func (s *Service) verifyBinding(d *denial, where place) (*binding, error) {
	var claims binding
	keyID, err := s.options.Keys.verify(typeBinding, d.BindingToken, &claims)
	claims.keyID = keyID
	switch {
	case err != nil, claims.Issuer != s.issuer(where), claims.Audience != s.endpoint(where), claims.ID == "",
		claims.DenialExpiresAt != d.ExpiresAt, d.EvaluationID != "" && claims.EvaluationID != d.EvaluationID:
		return nil, errUnbound
	}
	until, err := time.Parse(time.RFC3339, claims.DenialExpiresAt)
	if err != nil {
		return nil, errUnbound
	}
	if now := s.now(); !now.Before(until) || !now.Before(time.Unix(claims.Expiry, 0)) {
		return nil, errExpired
	}
	return &claims, nil
}
