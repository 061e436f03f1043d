// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
)

// liveReader reads decisions from what stands for the API server, and counts how often.
func liveReader(t *testing.T, reads *int, decisions ...client.Object) client.Reader {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	named := func(object client.Object) []string {
		return []string{object.(*v1alpha1.ApprovalDecision).Spec.RequestRef.Name}
	}
	built := fake.NewClientBuilder().WithScheme(scheme).WithObjects(decisions...).
		WithIndex(&v1alpha1.ApprovalDecision{}, "spec.requestRef.name", named).Build()
	return &countingReader{Reader: built, reads: reads}
}

type countingReader struct {
	client.Reader
	reads *int
	err   error
}

func (r *countingReader) List(ctx context.Context, into client.ObjectList, options ...client.ListOption) error {
	*r.reads++
	if r.err != nil {
		return r.err
	}
	return r.Reader.List(ctx, into, options...)
}

// TestNothingEndsForWantOfVotesThatTheCacheLacks shows that decisions are read from the API server before a step expires, or is
// approved by all who are left, and not otherwise.
func TestNothingEndsForWantOfVotesThatTheCacheLacks(t *testing.T) {
	opened := window().StartTime.Time
	late := opened.Add(2 * time.Minute)
	expiring := access()
	expiring.Spec.Steps[0].Timeouts = []v1alpha1.ApprovalTimeout{{AfterSeconds: 60, Action: v1alpha1.TimeoutExpire}}
	objects := members()
	objects.Chains = []v1alpha1.ApprovalChain{expiring}
	request := requestFor("ann", "", "east")
	request.Spec.Grant, request.UID = nil, "uid-of-req"
	in := &inputs{
		key:     types.NamespacedName{Namespace: namespace, Name: request.Name},
		request: request, chains: objects.Chains, snapshot: build(objects),
	}
	reads := 0
	r := &Reconciler{Statuses: &statuswriter.Writer{Edits: &statuswriter.Edits{}}, Live: liveReader(t, &reads)}
	outcome, err := r.decide(t.Context(), in, opened)
	if err != nil || outcome.Status.State != v1alpha1.RequestPending || reads != 0 {
		t.Fatalf("after %d reads, the outcome is %+v, and the error is %v", reads, outcome, err)
	}
	request.Status = outcome.Status
	outcome, err = r.decide(t.Context(), in, late)
	if err != nil || outcome.Status.State != v1alpha1.RequestExpired || reads != 1 {
		t.Errorf("after %d reads, the outcome is %+v, and the error is %v", reads, outcome, err)
	}
	broken := errors.New("the API server is away")
	r.Live = &countingReader{reads: &reads, err: broken}
	if outcome, err = r.decide(t.Context(), in, late); outcome != nil || !errors.Is(err, broken) {
		t.Errorf("the outcome is %+v, and the error is %v", outcome, err)
	}
	reads = 0
	r.Live = liveReader(t, &reads, &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "bobs", CreationTimestamp: metav1.NewTime(opened.Add(59 * time.Second))},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Step:       "location", Approver: "bob", Verdict: v1alpha1.VerdictApprove, Digest: request.Status.Chain.Digest,
		},
	})
	outcome, err = r.decide(t.Context(), in, late)
	if err != nil || outcome.Status.State != v1alpha1.RequestApproved || reads != 1 || !outcome.Decisions["bobs"].Counted {
		t.Errorf("after %d reads, the outcome is %+v, and the error is %v", reads, outcome, err)
	}
}
