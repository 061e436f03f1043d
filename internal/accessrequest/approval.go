// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"maps"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
)

// approval are the claims of the state of an approval: what was approved, and until when the role is held.
type approval struct {
	question

	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	IssuedAt int64  `json:"iat"`
	Expiry   int64  `json:"exp"`
	ID       string `json:"approval_id"`
	// Task names the request, Caller who made it for the subject, and EvaluationID the denial that it is about.
	Task         string `json:"task"`
	Caller       string `json:"caller"`
	EvaluationID string `json:"evaluation_id"`
	// Revision is of an index that holds the role: one that is as new and does not hold it lost it.
	Revision int64 `json:"revision"`
}

// outcome is why an evaluation that refers to an approval is a no, and what to do about it.
type outcome struct{ reason, next string }

// The outcomes that the profile names.
var (
	approvalExpired = outcome{"approval_expired", nextRequest}
	outOfScope      = outcome{"out_of_scope", nextRequest}
	grantPending    = outcome{"grant_pending", nextRetry}
	applicable      = outcome{"policy_denied", nextNone}
	unverifiable    = outcome{"approval_unverifiable", nextNone}
)

const (
	nextRequest = "request"
	nextRetry   = "retry"
	nextNone    = "none"
	// retryAfter is in how many seconds what was published is read.
	retryAfter = 1
)

// reevaluated returns what an answer says of the approval that the request refers to. The approval turns no answer into a yes: the role
// that it gave does, as the index knows it.
func (s *Service) reevaluated(asked *authzen.Asked, reference any) map[string]any {
	claims := s.verifyApproval(reference, place{asked.Target.Namespace, asked.Target.Organization})
	why := s.judge(claims, asked)
	if asked.Decision {
		if why != applicable {
			return nil // something else allows it
		}
		return map[string]any{authzen.MemberApproval: map[string]any{
			"id": claims.ID, "approved_until": time.Unix(claims.Expiry, 0).UTC().Format(time.RFC3339),
		}}
	}
	members := map[string]any{memberEvaluation: asked.ID, memberReason: why.reason, memberNextAction: why.next}
	switch why.next {
	case nextRetry:
		members[memberRetryAfter] = retryAfter
	case nextRequest:
		if fresh := s.requestable(asked); fresh != nil {
			maps.Copy(fresh, members)
			return fresh
		}
		members[memberNextAction] = nextNone
	}
	return members
}

// verifyApproval returns what this service has signed of an approval, or nil if that is not what a request refers to.
func (s *Service) verifyApproval(reference any, where place) *approval {
	given, _ := reference.(map[string]any)
	state, _ := given["state"].(string)
	id, _ := given["id"].(string)
	var claims approval
	if _, err := s.options.Keys.verify(typeApproval, state, &claims); err != nil ||
		claims.Issuer != s.issuer(where) || claims.Audience != s.issuer(where) || claims.ID == "" || claims.ID != id {
		return nil
	}
	return &claims
}

// judge returns what an approval means for a request: applicable if it is for it, and its role is held.
func (s *Service) judge(claims *approval, asked *authzen.Asked) outcome {
	switch {
	case claims == nil:
		return unverifiable
	case s.now().Unix() >= claims.Expiry:
		return approvalExpired
	case !claims.asks(asked.Request):
		return outOfScope
	case holds(asked.Index, asked.Request.Subject.ID, claims.Task):
		return applicable
	case asked.Revision < claims.Revision:
		return grantPending
	}
	return approvalExpired
}
