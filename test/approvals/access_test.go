// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("Temporary access", func() {
	// access is what people ask for when they want a role.
	const access = gives + "  steps: [{name: location, approvers: [{type: Role, role: {roleRef: {name: approver}}}]}]"

	// granted has ann hold a role that ben approved.
	granted := func(w *world, text string) string {
		GinkgoHelper()
		name := w.opens("ann", text)
		w.casts(name, "ben approve location")
		w.becomes(name, "Approved")
		w.expect(name, v1alpha1.ConditionPublished, "True Published: readers see this as of revision ")
		return name
	}

	It("is seen by readers from the revision that it names, and ends to the second, with or without a manager", func() {
		w := newOffice(chain("access", access))
		w.No("ann approve east")
		name := granted(w, "access unit=east role=approver seconds=7200")
		w.expect(name, v1alpha1.ConditionGranted, "True Granted: role approver is held until ")
		publication, document := w.Read()
		Expect(w.ConditionText("ApprovalRequest/"+name, v1alpha1.ConditionPublished)).To(HaveSuffix("revision %d", publication.Revision))
		Expect(document.Users["ann"].Grants).To(ContainElement(HaveField("Source", "ApprovalRequest/"+name+" grant")))
		given := w.request(name).Status.Grant
		Expect(given.EndTime.Sub(given.StartTime.Time)).To(Equal(2 * time.Hour))

		running.Stop()
		until := given.EndTime.Time
		Expect(w.MayAt(until.Add(-time.Second), "ann approve east")).To(BeTrue())
		Expect(w.MayAt(until.Add(-time.Second), "ann approve west")).To(BeFalse(), "the role is for the request's unit")
		Expect(w.MayAt(until, "ann approve east")).To(BeFalse())
		running = start()

		w.pass(2*time.Hour, name)
		w.expect(name, v1alpha1.ConditionGranted, "False GrantExpired: the role was held until ")
		By("being kept for a time after its end, and then removed with its decisions")
		w.pass(29*day, name)
		w.stays(name, "Approved")
		decisions := &v1alpha1.ApprovalDecisionList{}
		Expect(api.List(w.Ctx, decisions, client.InNamespace(w.Namespace))).To(Succeed())
		Expect(decisions.Items).To(ContainElement(HaveField("Spec.Approver", v1alpha1.UserID("ben"))))
		w.pass(2*day, name)
		w.gone(name)
		Eventually(func() int {
			Expect(api.List(w.Ctx, decisions, client.InNamespace(w.Namespace))).To(Succeed())
			return len(decisions.Items)
		}).Should(BeZero())
	})

	DescribeTable("is taken back before its end", func(by, says string) {
		w := newOffice(chain("access", access))
		name := granted(w, "access unit=east role=approver")
		w.Yes("ann approve east")
		w.counts(w.cast(name, "eve revoke"), `False RevocationNotPermitted: "eve" is neither the requester nor the beneficiary`)
		w.casts(name, by+" revoke")
		w.expect(name, v1alpha1.ConditionGranted, "False Revoked: "+says)
		w.No("ann approve east")
		w.becomes(name, "Approved")
	},
		Entry("by the requester", "ann", `"ann" revoked the role`),
		Entry("by an approver of the step who did not decide it", "bea", `"bea" revoked the role`),
	)

	It("is not given where a constraint forbids it", func() {
		w := newOffice(chain("access", access))
		w.Apply(assignment("eve", ", grants: [{name: auditor, roleRef: {name: auditor}, scope: {everywhere: true}}]"))
		w.Published()
		By("being asked for")
		name := w.opens("eve", "access unit=east role=approver")
		w.becomes(name, "Denied; the role cannot be given: ")
		Expect(w.request(name).Status.Message).To(ContainSubstring("apart"))
		w.expect(name, v1alpha1.ConditionGranted, "False NotGranted")
		w.expect(w.ask("ann", "access unit=east role=nothing"), v1alpha1.ConditionReady, `False UnknownRole: role "nothing" does not exist: create the role`)

		By("being approved")
		late := w.opens("ann", "access unit=east role=approver")
		w.Apply(assignment("ann", ", grants: [{name: auditor, roleRef: {name: auditor}, scope: {everywhere: true}}]"))
		w.Published()
		w.casts(late, "ben approve location")
		w.becomes(late, "Denied; the role cannot be given: ")
		w.No("ann approve east")
		w.Yes("ann audit east")

		By("two of them at once, which only together break it")
		one, other := w.opens("max", "access unit=east role=approver"), w.opens("max", "access unit=east role=auditor")
		running.Stop()
		w.cast(one, "ben approve location")
		w.cast(other, "ben approve location")
		// Both by one publication: which of the two is held may change when the second is approved, but both never are.
		held := func() []bool {
			index := w.Index()
			return []bool{index.Check(clustertest.Question("max approve east")), index.Check(clustertest.Question("max audit east"))}
		}
		running = start()
		Eventually(func() bool {
			Expect(held()).To(ContainElement(false))
			return w.request(one).Status.CompletionTime != nil && w.request(other).Status.CompletionTime != nil
		}).Should(BeTrue())
		w.observed(one)
		w.observed(other)
		w.Published()
		Expect(held()).To(ConsistOf(true, false))
	})
})

var _ = Describe("What is not there yet", func() {
	It("is waited for, in any order", func() {
		w := newWorld()
		name := w.ask("zoe", "offer unit=north for=yan")
		says := func(part string) {
			GinkgoHelper()
			w.expect(name, v1alpha1.ConditionReady, part)
			w.becomes(name, "Pending; ")
		}
		says("False OrganizationNotResolved")
		w.Apply(officeYAML)
		says(`False UnknownRequester: the requester "zoe" is not a user of the organization: create a UserAssignment`)
		w.Apply(assignment("zoe", ""))
		says(`False UnknownBeneficiary: the beneficiary "yan"`)
		w.Apply(assignment("yan", ""))
		says(`False UnknownUnit: unit "north" is not in the organization: add the unit to an OrganizationStructure`)
		w.Apply("kind: OrganizationStructure\nmetadata: {name: sites}\nspec:\n" +
			"  units: [{name: site}, {name: east, parent: site}, {name: west, parent: site}, {name: north, parent: site}]")
		says(`False NoMatchingChain: no chain governs requests of type "offer": create an ApprovalChain`)
		w.Apply(chain("offer", approverOne))
		w.becomes(name, "Pending; location: bea, ben, vic")
		says("True Pending")
	})

	It("may be the role or permission of those who may ask, a value, or what the scope of a role names", func() {
		const byBen = "  steps: [{name: location, approvers: [{type: Users, users: [ben]}]}]"
		w := newOffice(
			chain("by-role", "  requesters: [{type: Role, role: {roleRef: {name: later}}}]\n"+byBen),
			chain("by-permission", "  requesters: [{type: Permission, permission: {name: later}}]\n"+byBen),
			chain("access", gives+byBen))
		byRole, byPermission := w.ask("ann", "by-role unit=east"), w.ask("ann", "by-permission unit=east")
		refused := w.ask("max", "by-role unit=east")
		scoped := w.asked("ann", "access role=approver unit=east")
		scoped.Spec.Grant.Scope = &v1alpha1.Scope{
			Units: []v1alpha1.Name{"east"}, Dimensions: []v1alpha1.DimensionScope{{Name: "goods", Values: []v1alpha1.DimensionValue{"coal"}}},
		}
		Expect(users.As("ann").Create(w.Ctx, scoped)).To(Succeed())
		waits := func(name, part string) {
			GinkgoHelper()
			w.expect(name, v1alpha1.ConditionReady, part)
			w.expect(name, v1alpha1.ConditionResolvedRefs, part)
			w.becomes(name, "Pending; ")
		}
		waits(byRole, `False UnknownRole: role "later" does not exist: create the role`)
		waits(refused, `False UnknownRole: role "later" does not exist: create the role`)
		waits(byPermission, `False UnknownPermission: permission "later" does not exist: add the permission to the PermissionCatalog`)
		waits(scoped.Name, "False UnknownDimension: ")

		catalog, _, _ := strings.Cut(officeYAML, "\n---")
		catalog = strings.Replace(catalog, "permissions: [", "permissions: [{name: later, section: work}, ", 1)
		w.Apply(catalog + "\n  dimensions: [{name: goods, values: [food]}]")
		waits(scoped.Name, `False UnknownDimensionValue: `)
		valued := w.ask("ann", `access unit=east goods="coal"`)
		waits(valued, `False UnknownDimensionValue: dimension "goods" has no value "coal": add the value to the PermissionCatalog`)
		w.becomes(byPermission, "Denied; ")

		w.Apply(catalog + "\n  dimensions: [{name: goods, values: [food, coal]}]")
		w.becomes(scoped.Name, "Pending; location: ben")
		w.becomes(valued, "Pending; location: ben")
		w.stays(byRole, "Pending; role \"later\"")

		// The role and its holder, in one publication.
		w.Apply(assignment("ann", ", grants: [{name: later, roleRef: {name: later}, scope: {everywhere: true, dimensions: [{name: goods, all: true}]}}]"))
		w.Apply("kind: Role\nmetadata: {name: later}\nspec: {rules: [{permissions: [later]}]}")
		w.becomes(byRole, "Pending; location: ben")
		w.becomes(refused, `Denied; ApprovalChain "by-role" lets only holders of role later`)
	})

	It("is no approval: a step without approvers waits until there is one again", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, approvers: [{type: Users, users: [max]}]}]"))
		name := w.opens("ann", "offer unit=east")
		w.Apply(assignment("max", ", state: Suspended"))
		w.becomes(name, "Pending; location: nobody")
		w.expect(name, v1alpha1.ConditionReady, `False NoEligibleApprover: step "location" waits, and nobody may decide it`)
		w.Apply(assignment("max", ", state: Active"))
		w.becomes(name, "Pending; location: max")
		w.casts(name, "max approve location")
		w.becomes(name, "Approved")
	})
})

var _ = Describe("A chain's status", func() {
	It("follows the people who may decide", func() {
		w := newOffice(chain("offer", "  steps: [{name: location, approvers: [{type: Role, role: {roleRef: {name: approver}, match: Exact}}]}]"))
		covered := func() string { return w.ConditionText("ApprovalChain/offer", v1alpha1.ConditionCovered) }
		Eventually(covered).Should(Equal("True Covered: every step has several approvers for every unit"))
		w.Apply(assignment("ben", ", state: Suspended, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		Eventually(covered).Should(Equal(`True SingleApprover: step "location" has only one approver for site (bea); west (bea)`))
		w.Apply(assignment("bea", ", state: Suspended, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		Eventually(covered).Should(HavePrefix(`False Uncovered: step "location" has no approver for site; west; step "location" has only one approver for east (cem)`))
		w.Apply(assignment("eve", ", grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		Eventually(covered).Should(Equal(`True SingleApprover: step "location" has only one approver for site (eve); west (eve)`))
		w.Apply(assignment("bea", ", state: Active, grants: [{name: approver, roleRef: {name: approver}, scope: {everywhere: true}}]"))
		Eventually(covered).Should(Equal("True Covered: every step has several approvers for every unit"))
	})
})

var _ = Describe("A manager that is restarted", func() {
	It("continues where it stopped, with what happened meanwhile", func() {
		w := newOffice(chain("offer", "  steps:\n  - {name: first, approvers: [{type: Users, users: [ben]}]}\n  - {name: second, approvers: [{type: Users, users: [bea]}], timeouts: [{afterSeconds: 3600, action: Expire}]}"))
		name, expiring := w.opens("ann", "offer unit=east"), w.opens("ann", "offer unit=east")
		w.casts(name, "ben approve first")
		w.casts(expiring, "ben approve first")
		running.Stop()
		w.cast(name, "bea approve second")
		digest := w.request(name).Status.Chain.Digest
		running = start()
		w.becomes(name, "Approved")
		Expect(w.request(name).Status.Chain.Digest).To(Equal(digest))

		running.Stop()
		w.pass(2 * time.Hour)
		running = start()
		w.becomes(expiring, `Expired; step "second" was not decided within 1h0m0s`)
		w.counts(w.cast(expiring, "bea approve second"), `False StepClosed: step "second" ended without it: it is Expired`)
	})

	It("writes nothing where nothing changed, and resolves no organization for a request", func() {
		w := newOffice(chain("offer", approversTwo), chain("access", gives+approverOne))
		waiting := w.opens("ann", "offer unit=east")
		w.casts(waiting, "ben approve location")
		w.counts(w.cast(waiting, "eve approve location"), "False NotApprover")
		given := w.opens("ann", "access unit=east role=approver")
		w.casts(given, "ben approve location")
		w.expect(given, v1alpha1.ConditionPublished, "True Published")
		w.expect(w.ask("eve", "access unit=east role=nothing"), v1alpha1.ConditionReady, "False UnknownRole")
		w.expect(w.ask("ann", "unheard-of"), v1alpha1.ConditionReady, "False NoMatchingChain")
		nowhere := w.asked("ann", "offer")
		nowhere.Spec.OrganizationRef.Name = "nowhere"
		Expect(users.As("ann").Create(w.Ctx, nowhere)).To(Succeed())
		w.expect(nowhere.Name, v1alpha1.ConditionReady, "False OrganizationNotResolved")
		w.expect(given, v1alpha1.ConditionGranted, "True Granted")
		w.observed(given)

		running.Stop()
		before := clustertest.ReadVersions(w.Ctx, api, client.InNamespace(w.Namespace))
		running = start()
		for _, name := range w.requests() {
			w.observed(name)
		}
		Consistently(before.Changed).Should(BeEmpty())

		later := newOffice(chain("offer", approversTwo))
		later.opens("ann", "offer unit=east")

		resolved := running.Resolutions()
		names := make([]string, 0, 20)
		for range 20 {
			names = append(names, later.opens("ann", "offer unit=east"))
		}
		for _, name := range names {
			later.casts(name, "ben approve location", "bea approve location")
			later.becomes(name, "Approved")
		}
		By("resolving only for a change that follows")
		later.Apply(assignment("yan", ""))
		later.Published()
		Expect(running.Resolutions()).To(Equal(resolved + 1))
	})
})

// requests returns the names of the requests of a world.
func (w *world) requests() []string {
	GinkgoHelper()
	list := &v1alpha1.ApprovalRequestList{}
	Expect(api.List(w.Ctx, list, client.InNamespace(w.Namespace))).To(Succeed())
	names := make([]string, 0, len(list.Items))
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
	}
	return names
}

var _ = Describe("A namespace that is deleted", func() {
	It("takes requests and decisions with it", func() {
		w := newOffice(chain("offer", approversTwo))
		name := w.opens("ann", "offer unit=east")
		w.casts(name, "ben approve location")
		namespace := &corev1.Namespace{}
		namespace.Name = w.Namespace
		Expect(api.Delete(w.Ctx, namespace)).To(Succeed())
		Eventually(func() error { return api.Get(w.Ctx, client.ObjectKeyFromObject(namespace), namespace) }).Should(
			MatchError(ContainSubstring("not found")))
	})
})
