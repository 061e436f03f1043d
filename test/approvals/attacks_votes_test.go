// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// castAs makes a decision as its approver under a name, and returns that.
func (w *world) castAs(name, request, text string) string {
	GinkgoHelper()
	spec := vote(text)
	decision := w.decisionOn(w.request(request), spec)
	decision.GenerateName, decision.Name = "", name
	Expect(users.As(string(spec.Approver)).Create(w.Ctx, decision)).To(Succeed())
	return name
}

var _ = Describe("Names of decisions", func() {
	It("cannot be taken from those who decide, withdraw or revoke", func() {
		w := newOffice(chain("offer", gives+approversTwo))
		name := w.opens("ann", "offer unit=east role=vice")

		By("a user of the cluster who is none of the organization, taking every name in sight")
		for i, text := range []string{"eddy deny location", "eddy approve location", "eddy withdraw", "eddy revoke"} {
			w.castAs(fmt.Sprintf("%s-%d", name, i), name, text)
		}
		for i, reason := range []string{"NotApprover", "NotApprover", "WithdrawalNotPermitted", "NotRevocable"} {
			w.counts(fmt.Sprintf("%s-%d", name, i), "False "+reason)
		}

		By("which keeps nobody from deciding")
		w.casts(name, "ben approve location", "bea approve location")
		w.becomes(name, "Approved")
		w.casts(name, "ann revoke")
		w.expect(name, v1alpha1.ConditionGranted, "False Revoked")
	})

	It("do not decide which decision of a user counts", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.counts(w.castAs("z", name, "ben approve location"), "True Counted")
		w.AwaitNextSecond("ApprovalDecision/z")
		w.counts(w.castAs("a", name, "ben deny location"), "False AlreadyDecided")
		w.stays(name, "Pending; location: bea, cem, vic")
	})

	It("are no keys: a mistake uses nothing up", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, approvers: [{type: Users, users: [ben]}], timeouts: "+
			"[{afterSeconds: 3600, action: Escalate, approvers: [{type: Users, users: [vic]}]}]}]"))
		name := w.opens("ann", "offer unit=east")
		mistaken := w.decisionOn(w.request(name), vote("ben approve location"))
		mistaken.Spec.Step = "other"
		Expect(users.As("ben").Create(w.Ctx, mistaken)).To(Succeed())
		w.counts(mistaken.Name, "False UnknownStep")
		w.counts(w.cast(name, "vic approve location"), "False NotEligible")
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
	})
})

var _ = Describe("Votes of those who may not decide yet", func() {
	const everywhere = ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"
	const ofBen = "approvers: [{type: Users, users: [ben]}]"

	DescribeTable("never come alive", func(step, early, reason string, before, after func(*world, string)) {
		w := newOffice(chain("offer", "  onBehalfPermission: on-behalf\n  steps: [{name: location, "+step+"}]"))
		name := w.opens("ann", "offer unit=east")
		if before != nil {
			before(w, name)
			w.Published()
		}
		w.counts(w.cast(name, early), "False "+reason)
		first := w.cast(name, early)
		w.counts(first, "False "+reason)
		after(w, name)
		w.Published()
		w.stays(name, "Pending")
		w.counts(first, "False "+reason)

		By("but use nothing up")
		w.casts(name, early)
		w.becomes(name, "Approved")
	},
		Entry("when the step falls back to them", ofBen+", fallback: [{type: Users, users: [eve]}]", "eve approve location", "NotEligible", nil,
			func(w *world, name string) {
				w.Apply(assignment("ben", ", state: Suspended"))
				w.becomes(name, "Pending; location: eve")
			}),
		Entry("when they are active again", "approvers: [{type: Users, users: [ben, eve]}]", "eve approve location", "NotEligible",
			func(w *world, name string) {
				w.Apply(assignment("eve", ", state: Suspended"))
				w.becomes(name, "Pending; location: ben")
			},
			func(w *world, name string) {
				w.Apply(assignment("eve", ""))
				w.becomes(name, "Pending; location: ben, eve")
			}),
		Entry("when they are given back the role that they had", "approvers: [{type: Role, role: {roleRef: {name: approver}}}]", "bea approve location", "NotEligible",
			func(w *world, name string) {
				w.Apply(assignment("bea", ""))
				w.becomes(name, "Pending; location: ben, cem, vic")
			},
			func(w *world, name string) {
				w.Apply(assignment("bea", everywhere))
				w.becomes(name, "Pending; location: bea, ben, cem, vic")
			}),
		Entry("when the requester is active again", ofBen, "ben approve location", "NotEligible",
			func(w *world, name string) {
				w.Apply(assignment("ann", ", state: Suspended"))
				w.becomes(name, "Pending; location: nobody")
			},
			func(w *world, name string) {
				w.Apply(assignment("ann", ""))
				w.becomes(name, "Pending; location: ben")
			}),
		Entry("when they may decide on behalf of an approver", ofBen, "eve approve location for ben", "OnBehalfNotPermitted", nil,
			func(w *world, _ string) {
				w.Apply(assignment("eve", ", grants: [{name: delegate, roleRef: {name: delegate}, scope: {everywhere: true}}]"))
				w.Published()
			}),
	)

	It("never come alive when the step escalates to them", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, "+ofBen+
			", timeouts: [{afterSeconds: 1800, action: Escalate, approvers: [{type: Users, users: [eve]}]}]}]"))
		name := w.opens("ann", "offer unit=east")
		early := w.cast(name, "eve approve location")
		w.counts(early, "False NotEligible")
		w.pass(45*time.Minute, name)
		w.becomes(name, "Pending; location: ben, eve")
		w.counts(early, "False NotEligible")
	})

	It("never come alive when the manager is started again", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, "+ofBen+", fallback: [{type: Users, users: [eve]}]}]"))
		name := w.opens("ann", "offer unit=east")
		early := w.cast(name, "eve approve location")
		w.counts(early, "False NotEligible")
		running.Stop()
		w.Apply(assignment("ben", ", state: Suspended"))
		running = start()
		w.becomes(name, "Pending; location: eve")
		w.counts(early, "False NotEligible")
	})

	It("on a later step count once they are made again", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, "+ofBen+"}, {name: vice, approvers: [{type: Users, users: [vic]}]}]"))
		name := w.opens("ann", "offer unit=east")
		early := w.cast(name, "vic approve vice")
		w.counts(early, "False StepNotOpen")
		w.AwaitNextSecond("ApprovalDecision/" + early)
		w.casts(name, "ben approve location")
		w.stays(name, "Pending; vice: vic")
		w.counts(early, "False StepNotOpen")
		w.casts(name, "vic approve vice")
		w.becomes(name, "Approved")
	})
})

var _ = Describe("Votes of the same second", func() {
	It("deny first, whatever they are named", func() {
		w := newOffice(chain("offer", approverOne))
		type race struct{ request, approval, denial string }
		var races []race
		var names []string
		for range 8 {
			names = append(names, w.opens("ann", "offer unit=east"))
		}
		running.Stop()
		for i, name := range names {
			ours := race{name, fmt.Sprintf("a-%d", i), fmt.Sprintf("z-%d", i)}
			if i%2 == 1 {
				ours.approval, ours.denial = ours.denial, ours.approval
			}
			w.castAs(ours.approval, name, "ben approve location")
			w.castAs(ours.denial, name, "bea deny location")
			races = append(races, ours)
		}
		running = start()
		sameSecond := 0
		for _, ours := range races {
			approved, denied := w.Get("ApprovalDecision/"+ours.approval), w.Get("ApprovalDecision/"+ours.denial)
			if approved.GetCreationTimestamp().Time.Equal(denied.GetCreationTimestamp().Time) {
				sameSecond++
				w.becomes(ours.request, "Denied")
				w.counts(ours.approval, "False StepClosed")
			} else {
				w.becomes(ours.request, "Approved")
			}
		}
		Expect(sameSecond).To(BeNumerically(">", 0))
	})
})

var _ = Describe("Votes made in time", func() {
	DescribeTable("count, although nobody looked before the deadline", func(action, end string) {
		w := newOffice(chain("offer", "  steps: [{name: location, approvers: [{type: Users, users: [ben]}], timeouts: [{afterSeconds: 600, action: "+action+"}]}]"))
		decided, late := w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=east")
		running.Stop()
		decision := w.cast(decided, "ben approve location")
		clock.Advance(20 * time.Minute)
		tooLate := w.cast(late, "eve approve location")
		running = start()
		w.becomes(decided, "Approved")
		w.counts(decision, "True Counted")
		w.becomes(late, end)
		w.counts(tooLate, "False NotApprover")
	},
		Entry("of an expiry", "Expire", "Expired"),
		Entry("of a denial", "Deny", "Denied"),
	)
})

var _ = Describe("The command", func() {
	It("says that no manager has looked, each time, and makes the decision all the same", func() {
		w := newOffice(chain("offer", approverOne))
		var names []string
		for range 3 {
			names = append(names, w.opens("ann", "offer unit=east"))
		}
		running.Stop()
		for _, name := range names {
			Expect(w.rolewright("ben", 0, "approve "+name+" --yes --wait 2s")).To(
				ContainSubstring("the manager has not processed the decision within 2s: its status will say whether it counts"))
		}
		running = start()
		for _, name := range names {
			w.becomes(name, "Approved")
		}
	})

	It("reports the end that it sees, and decides again after a mistake", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, approvers: [{type: Users, users: [ben]}]}, {name: vice, approvers: [{type: Users, users: [ben]}]}]"))
		name := w.opens("ann", "offer unit=east")
		w.counts(w.cast(name, "ben approve vice"), "False StepNotOpen")
		Expect(w.rolewright("ben", 0, "approve "+name+" --yes --wait 30s")).To(ContainSubstring("request " + name + " waits for vice: ben"))
		said := w.rolewright("ben", 0, "approve "+name+" --yes --wait 30s")
		Expect(said).To(And(ContainSubstring(`it approves step "vice"`), ContainSubstring("request "+name+" is Approved: every step of chain \"offer\" is passed")))
	})
})

var _ = Describe("Service accounts that may do everything", func() {
	const account = "system:serviceaccount:argocd:application-controller"

	It("are named beside those for whom they write", func() {
		w := newOffice(chain("offer", approversTwo))
		w.Allow(account, rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}})
		w.AllowImpersonation(account, "ann", "ben", "bea", "cem")
		name := w.opens("ann", "offer unit=east")
		decide := func(text, via string) (string, error) {
			spec := vote(text)
			spec.Via = v1alpha1.ServiceAccountUser(via)
			decision := w.decisionOn(w.request(name), spec)
			err := users.As(account).Create(w.Ctx, decision)
			return decision.Name, err
		}
		By("refusing what does not name it, or names another")
		_, err := decide("ben approve location", "")
		Expect(err).To(forbidden("spec.approver is ben, and " + account + " is writing"))
		_, err = decide("ben approve location", "system:serviceaccount:argocd:other")
		Expect(err).To(forbidden("spec.via is system:serviceaccount:argocd:other, and " + account + " is writing"))
		asked := w.asked("ann", "offer unit=east")
		Expect(users.As(account).Create(w.Ctx, asked.DeepCopy())).To(forbidden("spec.requester is ann, and " + account + " is writing"))
		asked.Spec.Via = account
		Expect(users.As(account).Create(w.Ctx, asked)).To(Succeed())

		By("naming it in the votes, and in how the request ended")
		for _, user := range []string{"ben", "bea"} {
			made, err := decide(user+" approve location", account)
			Expect(err).NotTo(HaveOccurred())
			w.counts(made, `True Counted: approves step "location" via "`+account+`"`)
		}
		w.becomes(name, "Approved")
		step := w.request(name).Status.Steps[0]
		Expect(step.Message).To(And(
			ContainSubstring(`"ben" via %q`, account), ContainSubstring(`"bea" via %q`, account)))
		Expect([]v1alpha1.Observed{step.Votes[0].Via, step.Votes[1].Via}).To(HaveEach(BeEquivalentTo(account)))
	})

	It("are not named by people", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		spec := vote("ben approve location")
		spec.Via = account
		Expect(users.As("ben").Create(w.Ctx, w.decisionOn(w.request(name), spec))).To(forbidden("spec.via is " + account + ", and ben is writing"))
		asked := w.asked("ann", "offer unit=east")
		asked.Spec.Via = account
		Expect(users.As("ann").Create(w.Ctx, asked)).To(forbidden("spec.via is " + account + ", and ann is writing"))
	})
})
