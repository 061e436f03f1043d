// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// ReasonResolvedRefs is the reason of ResolvedRefs if it is True.
const ReasonResolvedRefs = "ResolvedRefs"

// reasonUnknownType is of a word that no version of the API has, not of an object that may still be created.
const reasonUnknownType = "UnknownType"

// IsUnresolved reports whether a reason says that something does not exist to which an object refers.
func IsUnresolved(reason string) bool {
	return strings.HasPrefix(reason, "Unknown") && reason != reasonUnknownType
}

// ResolvedRefs returns the condition ResolvedRefs of an object: False with a reason for what is missing, True if the reason
// is empty.
func ResolvedRefs(reason, message string) metav1.Condition {
	if reason == "" {
		return metav1.Condition{
			Type: v1alpha1.ConditionResolvedRefs, Status: metav1.ConditionTrue, Reason: ReasonResolvedRefs,
			Message: "everything that the object refers to exists",
		}
	}
	return metav1.Condition{Type: v1alpha1.ConditionResolvedRefs, Status: metav1.ConditionFalse, Reason: reason, Message: message}
}
