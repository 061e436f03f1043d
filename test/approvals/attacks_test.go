// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"errors"
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("Votes", func() {
	It("belong to the user who writes them", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.opens("ann", "offer unit=east")
		forged := w.decisionOn(w.request(name), vote("ben approve location"))
		Expect(users.As("ann").Create(w.Ctx, forged.DeepCopy())).To(forbidden("spec.approver is ben, and ann is writing: name the writer"))
		Expect(users.As("bea").Create(w.Ctx, forged.DeepCopy())).To(forbidden("spec.approver is ben, and bea is writing"))
		Expect(api.Create(w.Ctx, forged.DeepCopy())).To(forbidden("spec.approver is ben"))
		Expect(users.As("ben").Create(w.Ctx, w.asked("ann", "offer unit=east"))).To(forbidden("spec.requester is ann, and ben is writing"))
		withdrawn := w.decisionOn(w.request(name), vote("ann withdraw"))
		Expect(users.As("ben").Create(w.Ctx, withdrawn)).To(forbidden("spec.approver is ann, and ben is writing"))
		w.counts(w.cast(name, "eve withdraw"), `False WithdrawalNotPermitted: "eve" is not the requester`)
		w.stays(name, "Pending; location: bea, ben, cem, vic")
	})

	It("count once, no matter how often they are cast", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		decision := w.decisionOn(w.request(name), vote("ben approve location"))
		created := make([]error, 50)
		var creations sync.WaitGroup
		ben := users.As("ben")
		for i := range created {
			creations.Go(func() {
				again := decision.DeepCopy()
				again.Name = fmt.Sprintf("again-%d", i)
				created[i] = ben.Create(w.Ctx, again)
			})
		}
		creations.Wait()
		Expect(errors.Join(created...)).To(Succeed())
		Eventually(func() map[string]int {
			reasons := map[string]int{}
			for i := range created {
				reasons[w.Condition(fmt.Sprintf("ApprovalDecision/again-%d", i), v1alpha1.ConditionCounted).Reason]++
			}
			return reasons
		}).Should(Equal(map[string]int{"Counted": 1, "AlreadyDecided": 49}))
		Expect(w.request(name).Status.Steps[0].Votes).To(HaveLen(1))
		w.stays(name, "Pending; location: bea, cem, vic")
	})

	DescribeTable("on one's own request count for nothing", func(spec, text string, before func(*world)) {
		w := newOffice(chain("offer", spec))
		if before != nil {
			before(w)
			w.Published()
		}
		name := w.opens("ann", "offer unit=east")
		w.counts(w.cast(name, text), `False OwnRequest: nobody decides on their own request, and it is "ann"'s`)
		w.stays(name, "Pending; location: ")
	},
		Entry("directly", approverOne, "ann approve location", func(w *world) {
			w.Apply(assignment("ann", ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		}),
		Entry("through a group", "  steps: [{name: location, approvers: [{type: Group, groupRef: {name: clerks}}]}]", "ann approve location", nil),
		Entry("in an approver's name", approverOne, "ann approve location for ben", func(w *world) {
			w.Apply(assignment("ann", ", grants: [{name: delegate, roleRef: {name: delegate}, scope: {everywhere: true}}]"))
		}),
		Entry("by another user in the requester's name", approverOne, "dan approve location for ann", func(w *world) {
			w.Apply(assignment("ann", ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		}),
	)

	It("are not the beneficiary's either", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.opens("ann", "offer unit=east for=ben")
		w.counts(w.cast(name, "ben approve location"), `False OwnRequest: nobody decides on their own request, and it is "ben"'s`)
		w.stays(name, "Pending; location: bea, cem, vic")
	})

	It("on behalf of others take a permission, and keep both names", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.opens("ann", "offer unit=east")
		w.counts(w.cast(name, "eve approve location for ben"), `False OnBehalfNotPermitted: "eve" did not hold on-behalf here`)
		w.casts(name, "dan approve location for ben")
		w.becomes(name, "Approved")
		cast := w.request(name).Status.Steps[0].Votes[0]
		Expect([]v1alpha1.Observed{cast.Approver, cast.OnBehalfOf}).To(Equal([]v1alpha1.Observed{"dan", "ben"}))
	})

	It("stay as they are", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		key := client.ObjectKey{Namespace: w.Namespace, Name: w.cast(name, "ben approve location")}
		w.counts(key.Name, "True Counted")
		decision := &v1alpha1.ApprovalDecision{}
		for who, by := range map[string]client.Client{"its author": namespaceAdmin(w, "ben"), "another": namespaceAdmin(w, "root"), "the cluster's": api} {
			Expect(by.Get(w.Ctx, key, decision)).To(Succeed())
			changed := decision.DeepCopy()
			changed.Spec.Verdict = v1alpha1.VerdictDeny
			Expect(by.Update(w.Ctx, changed)).NotTo(Succeed(), who)
			changed = decision.DeepCopy()
			changed.Finalizers = []string{"example.com/mine"}
			Expect(by.Update(w.Ctx, changed)).To(forbidden("a decision "), who)
			Expect(by.Delete(w.Ctx, decision.DeepCopy())).To(forbidden("neither changed nor deleted"), who)
			Expect(by.DeleteAllOf(w.Ctx, &v1alpha1.ApprovalDecision{}, client.InNamespace(w.Namespace))).NotTo(Succeed(), who)
		}
		Expect(users.As("bea").Delete(w.Ctx, decision.DeepCopy())).To(forbidden("cannot delete"))
		w.counts(key.Name, "True Counted")

		owned := w.decisionOn(w.request(name), vote("bea approve location"))
		owned.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "nothing", UID: "none"}}
		Expect(users.As("bea").Create(w.Ctx, owned)).To(forbidden("a decision has no metadata.ownerReferences"))
	})

	It("do not outlive the request that they are about", func() {
		w := newOffice(chain("offer", approverOne))
		first := w.request(w.opens("ann", "offer unit=east name=again"))
		w.counts(w.cast("again", "ann approve location"), "False OwnRequest")
		kept := w.decisionOn(first, vote("ben approve location"))
		Expect(api.Delete(w.Ctx, first)).To(Succeed())
		w.gone("again")
		w.opens("ann", "offer unit=east name=again")
		Expect(users.As("ben").Create(w.Ctx, kept)).To(Succeed())
		w.counts(kept.Name, "False RequestMismatch: the decision is about a request with UID "+string(first.UID))
		w.stays("again", "Pending; location: bea, ben")

		By("naming this request, but the chain of the other")
		mixed := w.decisionOn(w.request("again"), kept.Spec)
		mixed.Spec.Digest = first.Status.Chain.Digest
		Expect(users.As("ben").Create(w.Ctx, mixed)).To(Succeed())
		w.counts(mixed.Name, "False DigestMismatch: the decision is about a chain with digest "+string(first.Status.Chain.Digest))
		w.stays("again", "Pending; location: bea, ben")
	})

	It("take an approver who was one when the request was opened and is when they vote", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.Apply(assignment("eve", ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		w.Published()
		w.counts(w.cast(name, "eve approve location"), `False NotApprover: "eve" was no approver of step "location" when the request was opened`)

		first := w.cast(name, "ben approve location")
		w.counts(first, "True Counted")
		w.Apply(assignment("ben", ", state: Suspended, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		w.Published()
		w.stays(name, "Pending; location: bea, cem, vic")
		w.counts(first, "True Counted")
		w.counts(w.cast(name, "ben deny location"), `False NotEligible: "ben" could not decide step "location" when the decision was made`)
		w.casts(name, "bea approve location")
		w.becomes(name, "Approved")
	})

	It("are counted by the chain as it was when the request was opened", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben approve location")
		w.Apply(chain("offer", "  steps: [{name: location, requiredApprovals: 1, approvers: [{type: Users, users: [eve]}]}]"))
		w.Published()
		w.counts(w.cast(name, "eve approve location"), "False NotApprover")
		w.stays(name, "Pending; location: bea, cem, vic")
		Expect(api.Delete(w.Ctx, &v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "offer"}})).To(Succeed())
		w.stays(name, "Pending; location: bea, cem, vic")
		w.casts(name, "vic approve location")
		w.becomes(name, "Approved")
	})

	It("are cast by applications for the users that they may impersonate", func() {
		w := newOffice(chain("offer", approverOne))
		app := "system:serviceaccount:" + w.Namespace + ":desk"
		w.AllowImpersonation(app, "ann", "ben")
		stranger := "system:serviceaccount:" + w.Namespace + ":stranger"
		Expect(users.As(stranger).Create(w.Ctx, w.asked("ann", "offer unit=east"))).To(forbidden("spec.requester is ann, and " + stranger + " is writing"))
		request := w.asked("ann", "offer unit=east name=of-app")
		Expect(users.As(app).Create(w.Ctx, request.DeepCopy())).To(forbidden("if spec.via names it"))
		request.Spec.Via = v1alpha1.ServiceAccountUser(app)
		Expect(users.As(app).Create(w.Ctx, request)).To(Succeed())
		w.becomes("of-app", "Pending; location: bea, ben")
		decide := func(by, text, via string) error {
			spec := vote(text)
			spec.Via = v1alpha1.ServiceAccountUser(via)
			return users.As(by).Create(w.Ctx, w.decisionOn(w.request("of-app"), spec))
		}
		Expect(decide(stranger, "ben approve location", stranger)).To(forbidden("give the service account the verb impersonate on users/ben"))
		Expect(decide(app, "bea approve location", app)).To(forbidden("give the service account the verb impersonate on users/bea"))

		By("not counting for a user with that verb, who must ask the API server to impersonate")
		w.AllowImpersonation("irma", "ben")
		Expect(decide("irma", "ben approve location", "")).To(forbidden("spec.approver is ben, and irma is writing"))
		Expect(decide("irma", "ben approve location", app)).To(forbidden("spec.via is " + app + ", and irma is writing"))
		Expect(decide("irma", "ben approve location", "irma")).To(MatchError(ContainSubstring("spec.via: Invalid value")))

		Expect(decide(app, "ben approve location", app)).To(Succeed())
		w.becomes("of-app", "Approved")
	})
})

var _ = Describe("Statuses are the manager's alone", func() {
	const patch = `{"status":{"state":"Approved","grant":{"startTime":"2020-01-01T00:00:00Z","endTime":"2099-01-01T00:00:00Z"}}}`
	const condition = `{"status":{"conditions":[{"type":"Counted","status":"True","reason":"Counted","message":"so","lastTransitionTime":"2020-01-01T00:00:00Z"}]}}`

	It("no matter who else writes them, and how", func() {
		w := newOffice(chain("offer", gives+approversTwo))
		name := w.opens("ann", "offer unit=east role=vice")
		decision := w.cast(name, "ben approve location")
		w.counts(decision, "True Counted")
		at := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: w.Namespace, Name: name} }
		admins := map[string]client.Client{"an administrator of the namespace": namespaceAdmin(w, "root"), "of the cluster": api}
		objects := map[string]client.Object{
			patch:                          &v1alpha1.ApprovalRequest{ObjectMeta: at(name)},
			condition:                      &v1alpha1.ApprovalDecision{ObjectMeta: at(decision)},
			`{"status":{"steps":null}}`:    &v1alpha1.ApprovalChain{ObjectMeta: at("offer")},
			`{"status":{"conditions":[]}}`: &v1alpha1.ApprovalRequest{ObjectMeta: at(name)},
		}
		for text, object := range objects {
			for who, by := range admins {
				target := object.DeepCopyObject().(client.Object)
				Expect(by.Status().Patch(w.Ctx, target, client.RawPatch(types.MergePatchType, []byte(text)))).To(
					forbidden("only the manager writes the status"), who)
				Expect(by.Get(w.Ctx, client.ObjectKeyFromObject(object), target)).To(Succeed())
				Expect(by.Status().Update(w.Ctx, target)).To(forbidden("only the manager writes the status"), who)
			}
			Expect(users.As("ann").Status().Patch(w.Ctx, object.DeepCopyObject().(client.Object),
				client.RawPatch(types.MergePatchType, []byte(text)))).To(forbidden("cannot patch resource"))
		}
		w.stays(name, "Pending; location: bea, cem, vic")
	})

	It("also when an object is created with one", func() {
		w := newOffice(chain("offer", gives+approversTwo))
		request := w.asked("ann", "offer unit=east role=vice name=forged")
		past, future := metav1.Unix(0, 0), metav1.Unix(4e9, 0)
		request.Status.State = v1alpha1.RequestApproved
		request.Status.Grant = &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: &past, EndTime: &future}}
		Expect(users.As("ann").Create(w.Ctx, request)).To(Succeed())
		w.stays("forged", "Pending; location: bea, ben")
		w.No("ann approve east")
	})

	It("and a request's spec stays as it was asked", func() {
		w := newOffice(chain("offer", approversTwo))
		request := w.request(w.opens("ann", "offer unit=east value=1"))
		request.Spec.Unit = "west"
		Expect(namespaceAdmin(w, "root").Update(w.Ctx, request)).To(MatchError(ContainSubstring("a request cannot be changed")))
	})
})
