// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// found is what a pass over one request starts from.
type found struct {
	key types.NamespacedName
	// request is nil when it does not exist.
	request   *v1alpha1.ApprovalRequest
	decisions []v1alpha1.ApprovalDecision
	// chains are those that the cache holds of the organization, which the snapshot may not know yet.
	chains []v1alpha1.ApprovalChain
	// taken is the organization's snapshot, nil while there is none, and revision the one at which readers see it.
	taken    *snapshot.Snapshot
	revision int64
	// exists tells, while there is no snapshot, whether the organization does.
	exists bool
}

func (r *Reconciler) load(ctx context.Context, key types.NamespacedName) (*found, error) {
	f := &found{key: key}
	var err error
	if f.request, err = lookup.Request(ctx, r.Client, key); err != nil {
		return nil, err
	}
	if f.decisions, err = lookup.Decisions(ctx, r.Client, key); err != nil || f.request == nil {
		return f, err
	}
	if !f.opened() {
		if f.chains, err = lookup.Chains(ctx, r.Client, f.organization()); err != nil {
			return nil, err
		}
	}
	if f.taken = r.Store.Get(f.organization()); f.taken != nil {
		f.revision = r.Publications.RevisionOf(f.taken)
		return f, nil
	}
	organization, err := lookup.Organization(ctx, r.Client, f.organization())
	f.exists = organization != nil
	return f, err
}

func (f *found) organization() snapshot.Key {
	return snapshot.Key{Namespace: f.key.Namespace, Name: f.request.Spec.OrganizationRef.Name}
}

func (f *found) opened() bool { return f.request.Status.Chain != nil }

// ready reports whether the request can be looked at. It waits for its organization's first snapshot after a start, for else
// something would be said of it that is taken back at once; and one that is to be opened, for a snapshot of the chains as they
// are.
func (f *found) ready() bool {
	if f.exists && f.taken == nil {
		return false
	}
	for i := range f.chains {
		if f.taken != nil && !f.taken.IsCurrentFor(&f.chains[i]) {
			return false
		}
	}
	return true
}

func (f *found) state(now time.Time) *approval.State {
	state := &approval.State{Request: f.request, Decisions: f.decisions, Now: now}
	if f.taken != nil {
		state.Chains, state.Index = f.taken.Chains, f.taken.Index()
	}
	return state
}

// gives reports whether the snapshot was taken of a state in which the request gave a role.
func (f *found) gives() bool {
	return f.taken != nil && f.taken.IsCurrentFor(f.request) && intake.Gives(f.request)
}
