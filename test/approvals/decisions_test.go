// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// forbidden matches what the API server turns away, with a part of the reason.
func forbidden(part string) OmegaMatcher {
	return And(MatchError(ContainSubstring(part)), WithTransform(apierrors.IsForbidden, BeTrue()))
}

// awaitPolicies waits until the API server holds every policy: it reads them a moment after they were applied.
func awaitPolicies() {
	GinkgoHelper()
	ctx := context.Background()
	w := newWorld()
	request := func(requester string) *v1alpha1.ApprovalRequest {
		return &v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, GenerateName: "probe-"},
			Spec: v1alpha1.ApprovalRequestSpec{
				OrganizationRef: v1alpha1.OrganizationReference{Name: "none"}, RequestType: "probe", Requester: v1alpha1.UserID(requester),
			},
		}
	}
	Eventually(func() error { return users.As("ann").Create(ctx, request("ben")) }).Should(forbidden("name the writer"))
	made := request("ann")
	Expect(users.As("ann").Create(ctx, made)).To(Succeed())
	Eventually(func() error {
		return api.Status().Patch(ctx, made.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(`{"status":{"state":"Approved"}}`)))
	}).Should(forbidden("only the manager writes the status"))
	Eventually(func() error {
		decision := w.decisionOn(made, v1alpha1.ApprovalDecisionSpec{Approver: "ann", Verdict: v1alpha1.VerdictWithdraw})
		Expect(users.As("ann").Create(ctx, decision)).To(Succeed())
		return api.Delete(ctx, decision)
	}).Should(forbidden("neither changed nor deleted"))
	// What is made in the second in which a policy was does not count.
	w.AwaitNextSecond("ApprovalRequest/" + made.Name)
}

// decisionOn completes a decision on a request as the command does.
func (w *world) decisionOn(request *v1alpha1.ApprovalRequest, spec v1alpha1.ApprovalDecisionSpec) *v1alpha1.ApprovalDecision {
	spec.RequestRef = v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)}
	if spec.Step != "" && spec.Digest == "" && request.Status.Chain != nil {
		spec.Digest = request.Status.Chain.Digest
	}
	return &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, GenerateName: request.Name + "-"},
		Spec:       spec,
	}
}

// vote is what a user decides on a step: "ben approve location", "dan deny location for ben"; or on a request: "ann withdraw".
func vote(text string) v1alpha1.ApprovalDecisionSpec {
	words := strings.Fields(text)
	spec := v1alpha1.ApprovalDecisionSpec{
		Approver: v1alpha1.UserID(words[0]), Verdict: v1alpha1.Verdict(strings.ToUpper(words[1][:1]) + words[1][1:]),
	}
	if len(words) > 2 {
		spec.Step = v1alpha1.Name(words[2])
	}
	if len(words) > 4 && words[3] == "for" {
		spec.OnBehalfOf = v1alpha1.UserID(words[4])
	}
	return spec
}

// cast makes a decision as its approver, who may, and returns its name.
func (w *world) cast(request, text string) string {
	GinkgoHelper()
	spec := vote(text)
	decision := w.decisionOn(w.request(request), spec)
	Expect(users.As(string(spec.Approver)).Create(w.Ctx, decision)).To(Succeed())
	return decision.Name
}

// casts makes one, and waits until it counts.
func (w *world) casts(request string, texts ...string) {
	GinkgoHelper()
	for _, text := range texts {
		w.counts(w.cast(request, text), "True Counted")
	}
}

// counts waits until the status of a decision reports whether it counts, and why.
func (w *world) counts(decision, text string) {
	GinkgoHelper()
	w.expectOf("ApprovalDecision/"+decision, v1alpha1.ConditionCounted, text)
}

// namespaceAdmin returns the client of a user who may do everything with Rolewright's kinds in a world, including their statuses.
func namespaceAdmin(w *world, user string) client.Client {
	GinkgoHelper()
	w.Allow(user, rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"*"}, Verbs: []string{"*"}})
	return users.As(user)
}
