// SPDX-License-Identifier: Apache-2.0

package conditions

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Stalled returns the condition Stalled of an object in which something is wrong that only a change of the object itself can mend.
// See https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus#conditions.
func Stalled(reason, message string) metav1.Condition {
	return metav1.Condition{Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: reason, Message: message}
}
