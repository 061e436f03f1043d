// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"fmt"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

var known = struct {
	sync.Mutex
	clients map[string]client.Client
}{clients: map[string]client.Client{}}

// as is the client of someone whom the API server authenticates by a certificate: a person, or a service account by its whole
// name.
func as(user string) client.Client {
	GinkgoHelper()
	known.Lock()
	defer known.Unlock()
	if made := known.clients[user]; made != nil {
		return made
	}
	groups := []string{people}
	if strings.HasPrefix(user, "system:serviceaccount:") {
		groups = append(groups, "system:serviceaccounts")
	}
	added, err := plane.AddUser(user, groups...)
	Expect(err).NotTo(HaveOccurred())
	known.clients[user] = clientOf(added.Config)
	return known.clients[user]
}

// forbidden matches what the API server turns away, with a part of the reason.
func forbidden(part string) OmegaMatcher {
	return And(WithTransform(apierrors.IsForbidden, BeTrue()), MatchError(ContainSubstring(part)))
}

// awaitPolicies waits until the API server holds every policy: it reads them a moment after they were applied.
func awaitPolicies() {
	GinkgoHelper()
	ctx := context.Background()
	w := newWorld()
	request := func(requester string) *v1alpha1.ApprovalRequest {
		return &v1alpha1.ApprovalRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, GenerateName: "probe-"},
			Spec: v1alpha1.ApprovalRequestSpec{
				OrganizationRef: v1alpha1.OrganizationReference{Name: "none"}, Type: "probe", Requester: v1alpha1.UserID(requester),
			},
		}
	}
	Eventually(func() error { return as("ann").Create(ctx, request("ben")) }).Should(forbidden("name the writer"))
	made := request("ann")
	Expect(as("ann").Create(ctx, made)).To(Succeed())
	Eventually(func() error {
		return api.Status().Patch(ctx, made.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(`{"status":{"state":"Approved"}}`)))
	}).Should(forbidden("only the manager writes the status"))
	Eventually(func() error {
		decision := w.decisionOn(made, v1alpha1.ApprovalDecisionSpec{Approver: "ann", Verdict: v1alpha1.VerdictWithdraw})
		Expect(client.IgnoreAlreadyExists(as("ann").Create(ctx, decision))).To(Succeed())
		return api.Delete(ctx, decision)
	}).Should(forbidden("neither changed nor deleted"))
}

// decisionOn completes a decision on a request as the command does.
func (w *world) decisionOn(request *v1alpha1.ApprovalRequest, spec v1alpha1.ApprovalDecisionSpec) *v1alpha1.ApprovalDecision {
	spec.RequestRef = v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)}
	subject := string(spec.Step)
	if subject == "" {
		subject = string(spec.Verdict)
	} else if spec.Digest == "" && request.Status.Chain != nil {
		spec.Digest = request.Status.Chain.Digest
	}
	return &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: request.Namespace, Name: approval.DecisionName(string(request.UID), subject, string(spec.Approver)),
		},
		Spec: spec,
	}
}

// vote is what someone says to a step: "ben approve location", "dan deny location for ben"; or to a request: "ann withdraw".
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
	Expect(as(string(spec.Approver)).Create(w.ctx, decision)).To(Succeed())
	return decision.Name
}

// casts makes one, and waits until it counts.
func (w *world) casts(request string, texts ...string) {
	GinkgoHelper()
	for _, text := range texts {
		w.counts(w.cast(request, text), "True Counted")
	}
}

// counts waits until it is said of a decision whether it counts, and why.
func (w *world) counts(decision, text string) {
	GinkgoHelper()
	Eventually(func() string {
		found := &v1alpha1.ApprovalDecision{}
		Expect(api.Get(w.ctx, client.ObjectKey{Namespace: w.namespace, Name: decision}, found)).To(Succeed())
		c := conditionOf(found.Status.Conditions, v1alpha1.ConditionCounted)
		return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
	}).Should(HavePrefix(text))
}

// namespaceAdmin is the client of someone who may do everything with Rolewright's kinds in a world, with their statuses too.
func namespaceAdmin(w *world, user string) client.Client {
	GinkgoHelper()
	allow(w, "admin-"+user, user, rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"*"}, Verbs: []string{"*"}})
	// The API server reads rights a moment after they were given.
	Eventually(func() error {
		return as(user).List(w.ctx, &v1alpha1.RoleList{}, client.InNamespace(w.namespace))
	}).Should(Succeed())
	return as(user)
}

// impersonator lets someone act as others.
func impersonator(w *world, user string, others ...string) {
	GinkgoHelper()
	name := w.namespace + "-" + strings.ReplaceAll(user, ":", "-")
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"users"}, ResourceNames: others, Verbs: []string{"impersonate"}},
	}}
	Expect(api.Create(w.ctx, role)).To(Succeed())
	bind(name, name, rbacv1.Subject{Kind: "User", APIGroup: rbacv1.GroupName, Name: user})
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "impersonate", Resource: "users", Name: others[0]},
	}}
	Eventually(func() bool {
		asked := review.DeepCopy()
		Expect(api.Create(w.ctx, asked)).To(Succeed())
		return asked.Status.Allowed
	}).Should(BeTrue())
}

// allow gives someone rights in a world.
func allow(w *world, name, user string, rules ...rbacv1.PolicyRule) {
	GinkgoHelper()
	meta := metav1.ObjectMeta{Namespace: w.namespace, Name: name}
	Expect(api.Create(w.ctx, &rbacv1.Role{ObjectMeta: meta, Rules: rules})).To(Succeed())
	Expect(api.Create(w.ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{Kind: "User", APIGroup: rbacv1.GroupName, Name: user}},
	})).To(Succeed())
}
