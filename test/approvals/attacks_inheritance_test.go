// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// readmitted is an assignment of a user under another name than the user's id.
func readmitted(name, user string) string {
	return "kind: UserAssignment\nmetadata: {name: " + name + "}\nspec: {user: " + user + "}"
}

// clerks is the group with the members given.
func clerks(members string) string {
	return "kind: UserGroup\nmetadata: {name: clerks}\nspec: {members: [" + members + "]}"
}

// ended expects that a role has ended with its beneficiary, for good, and that the beneficiary's id does not give it.
func (w *world) ended(name, user, reason string) {
	GinkgoHelper()
	w.expect(name, v1alpha1.ConditionGranted, "False "+reason)
	w.Published()
	w.No(user + " audit east")
	w.becomes(name, "Approved")
}

var _ = Describe("A role that was given to one person", func() {
	var w *world
	BeforeEach(func() { w = newOffice(chain("access", managedAccess)) })

	// given has a user hold auditor in the east.
	given := func(user string) string {
		GinkgoHelper()
		name := w.opens("ann", "access unit=east role=auditor for="+user)
		w.casts(name, "ben approve location")
		w.expect(name, v1alpha1.ConditionGranted, "True Granted")
		w.Yes(user + " audit east")
		return name
	}

	It("is not held by a new person under the old id, whatever the assignment is called", func() {
		w.Apply(readmitted("leaver", "leaver"))
		w.Published()
		name := given("leaver")
		w.Delete("UserAssignment/leaver")
		w.ended(name, "leaver", "BeneficiaryGone")
		w.Apply(readmitted("newcomer", "leaver"))
		w.ended(name, "leaver", "BeneficiaryGone")
		w.Delete("UserAssignment/newcomer")
		w.Apply(readmitted("leaver", "leaver"))
		w.ended(name, "leaver", "BeneficiaryGone")
	})

	It("is not held by a new person who came while no manager ran", func() {
		name := given("eve")
		running.Stop()
		w.Delete("UserAssignment/eve")
		w.Apply(assignment("eve", ""))
		running = start()
		w.ended(name, "eve", "BeneficiaryGone")
	})

	It("is not held by a new person who came before the old one was deleted", func() {
		name := given("eve")
		w.Apply(readmitted("newcomer", "eve"))
		w.Published()
		w.Yes("eve audit east")
		w.Delete("UserAssignment/eve")
		w.ended(name, "eve", "BeneficiaryGone")
	})

	It("is not held by a new person whose id a group has kept", func() {
		w.Apply(clerks("ann, kim, jon, eve"))
		w.Published()
		name := given("eve")
		w.Delete("UserAssignment/eve")
		w.ended(name, "eve", "BeneficiaryGone")
		w.Apply(assignment("eve", ""))
		w.ended(name, "eve", "BeneficiaryGone")
	})

	It("is not held by a member of a group who was put back into it", func() {
		name := given("jon")
		w.Apply(clerks("ann, kim"))
		w.ended(name, "jon", "BeneficiaryGone")
		w.Apply(clerks("ann, kim, jon"))
		w.ended(name, "jon", "BeneficiaryGone")
	})

	It("is not held by a member of a group who was put back into it while no manager ran", func() {
		name := given("jon")
		running.Stop()
		w.Apply(clerks("ann, kim"))
		w.Apply(clerks("ann, kim, jon"))
		running = start()
		w.ended(name, "jon", "BeneficiaryGone")
	})

	It("is not held by a member of a group that was created again", func() {
		name := given("jon")
		w.Delete("UserGroup/clerks")
		w.Apply(clerks("ann, kim, jon"))
		w.ended(name, "jon", "BeneficiaryGone")
	})

	It("is not held by a member of a group who was removed and has an assignment now", func() {
		name := given("jon")
		w.Apply(clerks("ann, kim"))
		w.Apply(assignment("jon", ""))
		w.ended(name, "jon", "BeneficiaryGone")
	})

	It("ends when they are suspended, and does not come back", func() {
		name := given("eve")
		w.Apply(assignment("eve", ", state: Suspended"))
		w.ended(name, "eve", "BeneficiarySuspended")
		w.Apply(assignment("eve", ", state: Active"))
		w.ended(name, "eve", "BeneficiarySuspended")
	})

	It("is not given to a new person for whom the old one asked", func() {
		pending := w.opens("eve", "access unit=east role=auditor")
		w.Delete("UserAssignment/eve")
		w.Apply(readmitted("newcomer", "eve"))
		w.becomes(pending, `Denied; the role cannot be given: "eve" is not the user any more for whom it was asked`)
		w.No("eve audit east")
	})

	It("is not given to a new person by a vote for the old one that is seen late", func() {
		pending := w.opens("eve", "access unit=east role=auditor")
		running.Stop()
		w.cast(pending, "ben approve location")
		w.Delete("UserAssignment/eve")
		w.Apply(readmitted("newcomer", "eve"))
		running = start()
		w.becomes(pending, `Denied; the role cannot be given: "eve" is not the user any more for whom it was asked`)
		w.No("eve audit east")
	})

	It("is not taken by a request that says itself who its beneficiary is", func() {
		forged := w.asked("eve", "access unit=east role=auditor")
		forged.Status = v1alpha1.ApprovalRequestStatus{
			State:              v1alpha1.RequestApproved,
			BeneficiaryRecords: []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: v1alpha1.Observed(w.Get("UserAssignment/eve").GetUID())}},
		}
		Expect(users.As("eve").Create(w.Ctx, forged)).To(Succeed())
		w.becomes(forged.Name, "Pending; location: ")
		Expect(users.As("eve").Status().Update(w.Ctx, forged)).NotTo(Succeed())
		w.No("eve audit east")
	})

	It("stays with a person who only gets another assignment, or loses it again", func() {
		name, member := given("eve"), given("jon")
		w.Apply(readmitted("more", "eve"), readmitted("first", "jon"))
		w.Published()
		w.Yes("eve audit east", "jon audit east")
		w.Delete("UserAssignment/more")
		w.Delete("UserAssignment/first")
		w.Apply(clerks("ann, kim, jon, max"))
		w.Apply(assignment("eve", ", profile: {displayName: Eve}"))
		w.observed(name)
		w.observed(member)
		w.Yes("eve audit east", "jon audit east")
		w.expect(name, v1alpha1.ConditionGranted, "True Granted")
		w.expect(member, v1alpha1.ConditionGranted, "True Granted")
	})

	It("stays with a person of the platform, until their assignment is created again", func() {
		const platform = "kind: PlatformRole\nmetadata: {name: $world-support}\nspec: {catalogRef: {name: $world}, assignableScope: Platform, rules: [{permissions: [approve]}]}\n" +
			"---\nkind: PlatformAssignment\nmetadata: {name: $world-pat}\nspec: {user: pat, grants: [{name: support, roleRef: {name: $world-support}, organizations: {all: true}}]}"
		w.Apply(platform)
		w.Yes("pat approve east")
		name := given("pat")
		w.Apply(assignment("pat", ""))
		w.observed(name)
		w.Yes("pat audit east")
		w.Delete("PlatformAssignment/$world-pat")
		w.ended(name, "pat", "BeneficiaryGone")
		w.Apply(platform)
		w.ended(name, "pat", "BeneficiaryGone")
	})
})
