// SPDX-License-Identifier: Apache-2.0

package conditions_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/conditions"
)

func TestResolvedRefs(t *testing.T) {
	for reason, want := range map[string]bool{
		"UnknownRole": true, "UnknownCatalog": true, "UnknownRequest": true,
		"UnknownType": false, "SeparationOfDuties": false, "Resolved": false, "": false,
	} {
		if got := conditions.IsUnresolved(reason); got != want {
			t.Errorf("%q: IsUnresolved is %t", reason, got)
		}
	}
	if c := conditions.ResolvedRefs("", ""); c.Status != metav1.ConditionTrue || c.Reason != conditions.ReasonResolvedRefs {
		t.Errorf("with nothing missing it is %s %s", c.Status, c.Reason)
	}
	if c := conditions.ResolvedRefs("UnknownRole", "no such role"); c.Status != metav1.ConditionFalse || c.Reason != "UnknownRole" || c.Message != "no such role" {
		t.Errorf("with a missing role it is %s %s: %s", c.Status, c.Reason, c.Message)
	}
}
