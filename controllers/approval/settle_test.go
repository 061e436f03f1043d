// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// TestSettle shows that a decision waits until its second is over, so that no denial of the same second comes too late.
func TestSettle(t *testing.T) {
	second := window().StartTime.Time
	made := func(name string, after time.Duration, verdict v1alpha1.Verdict) v1alpha1.ApprovalDecision {
		return v1alpha1.ApprovalDecision{
			ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(second.Add(after))},
			Spec:       v1alpha1.ApprovalDecisionSpec{Verdict: verdict},
		}
	}
	judged := made("judged", 0, v1alpha1.VerdictApprove)
	judged.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionCounted, Status: metav1.ConditionTrue}}
	decisions := []v1alpha1.ApprovalDecision{
		made("before", -time.Second, v1alpha1.VerdictApprove), made("denial", 0, v1alpha1.VerdictDeny), made("approval", 0, v1alpha1.VerdictApprove),
		made("withdrawal", time.Second, v1alpha1.VerdictWithdraw), made("revocation", 0, v1alpha1.VerdictRevoke),
		made("far ahead", time.Hour, v1alpha1.VerdictApprove), judged,
	}
	for _, c := range []struct {
		now, unsettled time.Duration
		waiting        []string
	}{
		{0, time.Second, []string{"denial", "approval", "withdrawal"}},
		{999 * time.Millisecond, time.Second, []string{"denial", "approval", "withdrawal"}},
		{time.Second, 2 * time.Second, []string{"withdrawal"}},
		{2 * time.Second, 0, nil},
	} {
		in := inputs{}
		in.settle(decisions, second.Add(c.now))
		var waiting []string
		for i := range decisions {
			if !slices.ContainsFunc(in.decisions, func(d v1alpha1.ApprovalDecision) bool { return d.Name == decisions[i].Name }) {
				waiting = append(waiting, decisions[i].Name)
			}
		}
		if !slices.Equal(waiting, c.waiting) || c.unsettled > 0 && !in.unsettled.Equal(second.Add(c.unsettled)) || c.unsettled == 0 && !in.unsettled.IsZero() {
			t.Errorf("after %v, there wait %v until %v", c.now, waiting, in.unsettled)
		}
	}
	if a, b := second, second.Add(time.Second); earlier(a, b) != a || earlier(b, a) != a || earlier(a, time.Time{}) != a || earlier(time.Time{}, b) != b {
		t.Error("the earlier of two times is another")
	}
}
