// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

// newWaitingClient returns a client of a cluster with one decision, whose reads fail as those of a rate limiter do that cannot
// keep a deadline.
func newWaitingClient(t *testing.T, decision *v1alpha1.ApprovalDecision, read func()) *approvalClient {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	get := func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
		read()
		if _, bounded := ctx.Deadline(); bounded {
			return errors.New("rate: Wait(n=1) would exceed context deadline")
		}
		return c.Get(ctx, key, object, options...)
	}
	return &approvalClient{client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(decision).
		WithInterceptorFuncs(interceptor.Funcs{Get: get}).Build()}
}

func TestWaitingForAManagerThatIsStopped(t *testing.T) {
	decision := &v1alpha1.ApprovalDecision{ObjectMeta: metav1.ObjectMeta{Namespace: "office", Name: "offer-x7k2p"}}
	reads := 0
	c := newWaitingClient(t, decision, func() { reads++ })
	became, err := c.waitUntil(t.Context(), 2*requests.PollInterval, decision, func() bool { return false })
	if became || err != nil || reads == 0 {
		t.Errorf("after %d reads, it became so: %v, and the error is %v", reads, became, err)
	}
	if became, err = c.waitUntil(t.Context(), time.Minute, decision, func() bool { return reads > 1 }); !became || err != nil {
		t.Errorf("it became so: %v, and the error is %v", became, err)
	}
	if became, err = c.waitUntil(t.Context(), 0, decision, func() bool { return true }); became || err != nil {
		t.Errorf("without a wait, it became so: %v, and the error is %v", became, err)
	}
}

func TestWaitingEndsWithTheCommand(t *testing.T) {
	decision := &v1alpha1.ApprovalDecision{ObjectMeta: metav1.ObjectMeta{Namespace: "office", Name: "offer-x7k2p"}}
	ctx, cancel := context.WithCancel(t.Context())
	c := newWaitingClient(t, decision, cancel)
	if _, err := c.waitUntil(ctx, time.Minute, decision, func() bool { return false }); err == nil {
		t.Error("there is no error")
	}
	gone := decision.DeepCopy()
	gone.Name = "gone"
	if _, err := newWaitingClient(t, decision, func() {}).waitUntil(t.Context(), time.Minute, gone, func() bool { return false }); err == nil {
		t.Error("of what is not there, there is no error")
	}
}
