// SPDX-License-Identifier: Apache-2.0

package policies

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// The policies that are probed, and their bindings, which have the same names.
const (
	// Identity is the policy by which requests and decisions are made in one's own name.
	Identity = "rolewright-approval-identity"
	// Metadata is the policy that keeps owners and finalizers out of requests and decisions.
	Metadata = "rolewright-approval-metadata"
	// Permanence is the policy by which decisions are neither changed nor deleted.
	Permanence = "rolewright-approval-permanence"
	// Status is the policy by which only the manager writes the statuses of approvals.
	Status = "rolewright-approval-status"
)

// probeName is the name of the decision that is never created, and of the user in whose name it would be.
const probeName = "rolewright-probe"

// candidates is how many objects are looked at to find one that nothing deletes.
const candidates = 64

// errNothing says that there is nothing that a policy would guard.
var errNothing = errors.New("there is nothing to guard")

// probeAll probes every policy.
func (p *Prober) probeAll(ctx context.Context) []finding {
	if err := p.whoAmI(ctx); err != nil {
		return []finding{{policy: Identity, problem: err.Error()}}
	}
	probes := []struct {
		policy string
		write  func(context.Context) error
	}{
		{Identity, p.createForAnother}, {Metadata, p.createWithFinalizer}, {Permanence, p.deleteDecision}, {Status, p.writeStatus},
	}
	findings := make([]finding, len(probes))
	var group sync.WaitGroup
	for i := range probes {
		group.Go(func() { findings[i] = p.probe(ctx, probes[i].policy, probes[i].write) })
	}
	group.Wait()
	return findings
}

// probe has the API server refuse a write, and reads since when the policy that does is as it is. It reads that last: the policy was the
// same all the time from then until after the refusal.
func (p *Prober) probe(ctx context.Context, policy string, write func(context.Context) error) finding {
	found := finding{policy: policy}
	switch err := write(ctx); {
	case err == nil:
		found.refuted = true
		found.problem = "the API server accepts what the policy must refuse: see that the policy and its binding are those of config/admission"
	case errors.Is(err, errNothing):
	case isRefusal(err, policy):
		p.mu.Lock()
		p.refusals++
		p.mu.Unlock()
	default:
		found.problem = fmt.Sprintf("the API server answers otherwise than the policy would: %v", err)
	}
	missing, err := p.readChanges(ctx, &found)
	if err != nil {
		found.refuted, found.problem = found.refuted || missing, err.Error()
	}
	return found
}

// isRefusal reports whether a policy refused a write. The API server names the first policy that does.
func isRefusal(err error, policy string) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "ValidatingAdmissionPolicy '"+policy+"' ")
}

// decision returns one that nothing keeps from being created but the policies.
func (p *Prober) decision(approver string) *v1alpha1.ApprovalDecision {
	return &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: p.namespace, GenerateName: probeName + "-"},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: probeName, UID: probeName},
			Approver:   v1alpha1.UserID(approver), Verdict: v1alpha1.VerdictWithdraw,
		},
	}
}

// createForAnother creates a decision in the name of another user.
func (p *Prober) createForAnother(ctx context.Context) error {
	return p.API.Create(ctx, p.decision(probeName))
}

// createWithFinalizer creates a decision in the manager's own name that could not be deleted.
func (p *Prober) createWithFinalizer(ctx context.Context) error {
	kept := p.decision(p.User)
	kept.Finalizers = []string{v1alpha1.GroupVersion.Group + "/probe"}
	return p.API.Create(ctx, kept)
}

// now returns the time by the clock of the API server, which dates a decision in the manager's own name.
func (p *Prober) now(ctx context.Context) (time.Time, error) {
	dated := p.decision(p.User)
	err := p.API.Create(ctx, dated)
	return dated.CreationTimestamp.Time, err
}

// whoAmI finds out the name by which the API server knows the manager, and its namespace.
func (p *Prober) whoAmI(ctx context.Context) error {
	if p.namespace != "" {
		return nil
	}
	if p.User == "" {
		review := &authenticationv1.SelfSubjectReview{}
		if err := p.API.Create(ctx, review); err != nil {
			return fmt.Errorf("asking who the manager is: %w", err)
		}
		p.User = review.Status.UserInfo.Username
	}
	account, is := strings.CutPrefix(p.User, "system:serviceaccount:")
	if !is {
		return fmt.Errorf("the manager runs as %q: run it as the service account that config/rbac makes", p.User)
	}
	p.namespace, _, _ = strings.Cut(account, ":")
	return nil
}

// deleteDecision deletes a decision.
func (p *Prober) deleteDecision(ctx context.Context) error {
	list := &v1alpha1.ApprovalDecisionList{}
	if err := p.Objects.List(ctx, list, client.UnsafeDisableDeepCopy, client.Limit(candidates)); err != nil {
		return err
	}
	for i := range list.Items {
		if d := &list.Items[i]; p.isLasting(ctx, d) {
			err := p.API.Delete(ctx, d, client.Preconditions{UID: &d.UID})
			if err == nil && p.isGoing(ctx, d) || apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
				return errNothing
			}
			return err
		}
	}
	return errNothing
}

// writeStatus writes the status of a request or a decision as it is.
func (p *Prober) writeStatus(ctx context.Context) error {
	requests, decisions := &v1alpha1.ApprovalRequestList{}, &v1alpha1.ApprovalDecisionList{}
	if err := p.Objects.List(ctx, requests, client.UnsafeDisableDeepCopy, client.Limit(candidates)); err != nil {
		return err
	}
	for i := range requests.Items {
		if r := &requests.Items[i]; p.isLasting(ctx, r) {
			return p.patchStatus(ctx, &v1alpha1.ApprovalRequest{ObjectMeta: named(r)}, r.UID)
		}
	}
	if err := p.Objects.List(ctx, decisions, client.UnsafeDisableDeepCopy, client.Limit(candidates)); err != nil {
		return err
	}
	for i := range decisions.Items {
		if d := &decisions.Items[i]; p.isLasting(ctx, d) {
			return p.patchStatus(ctx, &v1alpha1.ApprovalDecision{ObjectMeta: named(d)}, d.UID)
		}
	}
	return errNothing
}

func named(object client.Object) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: object.GetNamespace(), Name: object.GetName()}
}

func (p *Prober) patchStatus(ctx context.Context, object client.Object, uid types.UID) error {
	patch := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"uid":%q}}`, uid))
	err := p.API.Status().Patch(ctx, object, patch)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		// It is gone, or another one of that name.
		return errNothing
	}
	return err
}

// isLasting reports whether nothing deletes an object, as far as the cache knows.
func (p *Prober) isLasting(ctx context.Context, object client.Object) bool {
	return object.GetDeletionTimestamp().IsZero() && !p.IsTerminating(ctx, object.GetNamespace())
}

// isGoing reports whether an object or its namespace is being deleted by now: such a decision may be deleted.
func (p *Prober) isGoing(ctx context.Context, object client.Object) bool {
	namespace := &corev1.Namespace{}
	err := p.API.Get(ctx, client.ObjectKey{Name: object.GetNamespace()}, namespace)
	if apierrors.IsNotFound(err) || err == nil && !namespace.DeletionTimestamp.IsZero() {
		return true
	}
	decision := &v1alpha1.ApprovalDecision{}
	err = p.API.Get(ctx, client.ObjectKeyFromObject(object), decision)
	return apierrors.IsNotFound(err) || err == nil && !decision.DeletionTimestamp.IsZero()
}
