// SPDX-License-Identifier: Apache-2.0

package status

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/resolve"
)

// stalling are the reasons of errors that lie in the object alone. Whatever may end because another object is created, changed or
// deleted, or because time passes, is not among them.
var stalling = map[string]bool{
	resolve.ReasonInvalidExpression: true,
	resolve.ReasonInvalidPattern:    true,
	resolve.ReasonInvalidKey:        true,
	resolve.ReasonInvalidAttribute:  true,
	resolve.ReasonEmptyScope:        true,
	resolve.ReasonUnknownType:       true,
}

// stalled returns the condition Stalled of an object with some findings, none if no error of the object lies in it alone.
func stalled(findings []resolve.Finding) []metav1.Condition {
	var own []resolve.Finding
	for i := range findings[:countErrors(findings)] {
		if stalling[findings[i].Reason] {
			own = append(own, findings[i])
		}
	}
	if len(own) == 0 {
		return nil
	}
	return []metav1.Condition{conditions.Stalled(own[0].Reason, list(own))}
}
