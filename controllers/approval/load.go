// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// inputs are what a pass over one request reads.
type inputs struct {
	key types.NamespacedName
	// request is nil if it does not exist.
	request *v1alpha1.ApprovalRequest
	// decisions are those that are settled, and unsettled is when the first of the others is; zero if there is none.
	decisions []v1alpha1.ApprovalDecision
	unsettled time.Time
	// renewed is the request whose role this one prolongs, if it names one, and renewals are those that name this one.
	renewed  *v1alpha1.ApprovalRequest
	renewals []v1alpha1.ApprovalRequest
	// chains are the cached ones of the organization, which may be newer than the snapshot. They are loaded only for a request
	// that is to be opened.
	chains []v1alpha1.ApprovalChain
	// olderRequests is how many requests of the requester count against its bound, loaded with the chains.
	olderRequests int
	// snapshot of the organization, nil if there is none, and revision at which readers observe it, 0 if they do not yet.
	snapshot *snapshot.Snapshot
	revision int64
	// minTTL is how long the request is kept at least after its end.
	minTTL time.Duration
	// enforcement is what is known of the policies on which approvals rest; nil if nobody asks.
	enforcement *approval.Enforcement
	// organizationExists is set only if there is no snapshot.
	organizationExists bool
}

func (r *Reconciler) load(ctx context.Context, key types.NamespacedName) (*inputs, error) {
	in := &inputs{key: key}
	var err error
	if in.request, err = lookup.Request(ctx, r.Client, key); err != nil {
		return nil, err
	}
	if in.decisions, err = r.decisions(ctx, r.Client, key); err != nil || in.request == nil {
		return in, err
	}
	in.request = statuswriter.Trusted(r.Statuses, in.request)
	if in.renewed, err = r.renewed(ctx, in.request); err != nil {
		return nil, err
	}
	if in.request.Status.Grant != nil {
		if in.renewals, err = lookup.Renewals(ctx, r.Client, key); err != nil {
			return nil, err
		}
	}
	if in.minTTL, err = r.minTTL(ctx, in); err != nil {
		return nil, err
	}
	if in.request.Status.Chain == nil {
		if in.chains, err = lookup.Chains(ctx, r.Client, in.organization()); err != nil {
			return nil, err
		}
		if in.olderRequests, err = r.Requests.Older(in.request, r.Clock()); err != nil {
			return nil, err
		}
	}
	if in.snapshot = r.Store.Get(in.organization()); in.snapshot != nil {
		in.revision = r.Publications.RevisionOf(in.snapshot)
		return in, nil
	}
	organization, err := lookup.Organization(ctx, r.Client, in.organization())
	in.organizationExists = organization != nil
	return in, err
}

// renewed returns the request whose role another one prolongs, as long as that matters; nil if it names none.
func (r *Reconciler) renewed(ctx context.Context, request *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalRequest, error) {
	if !approval.FollowsRenewed(request, r.Clock()) {
		return nil, nil
	}
	renewed, err := lookup.Request(ctx, r.Client,
		types.NamespacedName{Namespace: request.Namespace, Name: request.Spec.Grant.RenewalOf.Name})
	if err != nil || renewed == nil {
		return nil, err
	}
	return statuswriter.Trusted(r.Statuses, renewed), nil
}

// decisions returns the decisions that name a request, with statuses that only the manager wrote.
func (r *Reconciler) decisions(ctx context.Context, reader client.Reader, key types.NamespacedName) ([]v1alpha1.ApprovalDecision, error) {
	decisions, err := lookup.Decisions(ctx, reader, key)
	for i := range decisions {
		decisions[i] = *statuswriter.Trusted(r.Statuses, &decisions[i])
	}
	return decisions, err
}

func (in *inputs) organization() snapshot.Key {
	return snapshot.Key{Namespace: in.key.Namespace, Name: in.request.Spec.OrganizationRef.Name}
}

// ready reports whether the request can be decided. After a start it waits for the first snapshot of its organization, so that
// its status does not change back and forth. A request that is to be opened waits for a snapshot that is current for all chains.
// One that is being deleted waits for nothing.
func (in *inputs) ready() bool {
	if !in.request.DeletionTimestamp.IsZero() {
		return true
	}
	if in.snapshot == nil {
		return !in.organizationExists
	}
	for i := range in.chains {
		if !in.snapshot.IsCurrentFor(&in.chains[i]) {
			return false
		}
	}
	return true
}

func (in *inputs) state(now time.Time) *approval.State {
	state := &approval.State{
		Request: in.request, Decisions: in.decisions, OlderRequests: in.olderRequests,
		Renewed: in.renewed, Renewals: in.renewals, MinTTL: in.minTTL, Now: now,
		Enforcement: in.enforcement,
	}
	if in.snapshot != nil {
		state.Chains, state.Index = in.snapshot.Chains, in.snapshot.Index()
		if in.request.Spec.Grant != nil {
			state.Records = in.snapshot.Records(string(intake.Beneficiary(&in.request.Spec)))
		}
	}
	return state
}

// grantIsResolved reports whether the snapshot contains the role that the request gives.
func (in *inputs) grantIsResolved() bool {
	return in.snapshot != nil && in.snapshot.IsCurrentFor(in.request) && intake.Gives(in.request)
}
