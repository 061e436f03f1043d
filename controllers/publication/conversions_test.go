// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// TestConversionsArePaced: a thousand statuses are converted at a bounded rate, each once, and what has changed waits for none of them.
func TestConversionsArePaced(t *testing.T) {
	const users = 1000
	now := first
	r := &Reconciler{
		Publisher:   Publisher{Clock: func() time.Time { return now }},
		conversions: rate.NewLimiter(conversionsPerSecond, conversionsPerSecond),
		Statuses:    &statuswriter.Writer{Edits: &statuswriter.Edits{Clock: func() time.Time { return now }}},
	}
	var open []*v1alpha1.UserAssignment
	for i := range users {
		open = append(open, &v1alpha1.UserAssignment{
			ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: fmt.Sprint(i), Generation: 1},
			Status:     v1alpha1.UserAssignmentStatus{ObservedGeneration: 1},
		})
	}
	view := status.NewView(snapshot.Build(key, &intake.Members{}), &status.Outcome{}, now)
	view.SetDetail(&v1alpha1.Organization{Spec: v1alpha1.OrganizationSpec{AssignmentStatusDetail: v1alpha1.DetailRoles}}, 1)
	seconds := 0
	for left := users; left > 0; seconds++ {
		// The last one has changed in the meantime.
		open[len(open)-1].Generation++
		written, postponed := r.paced(open, view)
		if written[0] != open[len(open)-1] || len(written)+len(postponed) != len(open) {
			t.Fatalf("after %d seconds, %d are written, %s first, and %d postponed of %d", seconds, len(written), written[0].Name, len(postponed), len(open))
		}
		if len(written) > conversionsPerSecond+1 || len(written) == 1 && left > 1 {
			t.Fatalf("after %d seconds, %d are written at once", seconds, len(written))
		}
		if again, _ := r.paced(open, view); len(postponed) > 0 && len(again) != 1 {
			t.Fatalf("another pass in the same second converts %d", len(again)-1)
		}
		var next []*v1alpha1.UserAssignment
		for _, assignment := range open {
			if _, waits := postponed[client.ObjectKeyFromObject(assignment)]; waits {
				next = append(next, assignment)
			}
		}
		open, left, now = next, len(next), now.Add(time.Second)
	}
	if seconds != users/conversionsPerSecond {
		t.Errorf("it took %d seconds", seconds)
	}
}
