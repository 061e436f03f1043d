// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// TestStalled: an object is stalled while something is wrong that lies in it alone, and no longer.
func TestStalled(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(*intake.Members)
		kind        string
		reason, say string
	}{
		"nothing":       {func(*intake.Members) {}, "", "", ""},
		"missing role":  {func(o *intake.Members) { o.Roles = o.Roles[:0:0] }, "", "", ""},
		"expression":    {func(o *intake.Members) { o.Chains[0].Spec.When = "(" }, "ApprovalChain", "InvalidExpression", "spec.when"},
		"approver type": {func(o *intake.Members) { o.Chains[0].Spec.Steps[0].Approvers[0].Type = "Oracle" }, "ApprovalChain", "UnknownType", "Oracle"},
		"scope of a user": {func(o *intake.Members) { o.Assignments[0].Spec.Grants[0].Scope = nil },
			"UserAssignment", "EmptyScope", "spec.grants[clerk]"},
		"scope of a group": {func(o *intake.Members) { o.Groups[0].Spec.Grants[0].Scope = nil }, "UserGroup", "EmptyScope", "spec.grants[clerk]"},
		"beside what is missing": {func(o *intake.Members) {
			o.Groups[0].Spec.Grants[0].Scope, o.Roles = nil, o.Roles[:0:0]
		}, "UserGroup", "EmptyScope", "spec.grants[clerk]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := ofEveryKind()
			healthy := status.NewView(snapshot.Build(key, o), revision(1), first)
			c.change(o)
			view := status.NewView(snapshot.Build(key, o), revision(1), first)
			for kind, of := range conditionsOf {
				if kind == "Role" && len(o.Roles) == 0 {
					continue
				}
				found := meta.FindStatusCondition(of(view, o), v1alpha1.ConditionStalled)
				switch {
				case kind != c.kind && found != nil:
					t.Errorf("%s is stalled: %+v", kind, found)
				case kind == c.kind && (found == nil || found.Status != "True" || found.Reason != c.reason || !strings.Contains(found.Message, c.say)):
					t.Errorf("%s: %+v, want the reason %s and %q", kind, found, c.reason, c.say)
				}
				if kind != c.kind || kind != "UserGroup" {
					continue
				}
				o.Groups[0].Status.Conditions = of(view, o)
				if found := of(healthy, o); meta.FindStatusCondition(found, v1alpha1.ConditionStalled) != nil {
					t.Errorf("it stays stalled: %+v", found)
				}
			}
		})
	}
}
