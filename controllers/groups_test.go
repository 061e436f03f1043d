// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var _ = Describe("A UserGroup", func() {
	var w *world
	BeforeEach(func() {
		w = newWorld()
		w.apply(everything...)
		w.apply(group("night", `
  members: [anna, gail]
  defaultMember: gail
  grants: [{roleRef: {name: head}, scope: {units: [south]}}]`))
		w.published()
	})

	It("gives what it has to every member, with an assignment or without", func() {
		w.yes("anna staff.hire south", "anna orders.view icu", "gail staff.hire south")
		w.no("gail staff.hire icu", "anna staff.hire icu")
		w.ready("UserGroup/night", "UserAssignment/anna")
		night := w.get("UserGroup", "night").(*v1alpha1.UserGroup).Status
		Expect(*night.Members).To(BeEquivalentTo(2))
		Expect(night.Summary).To(Equal("head on south"))
		anna := w.get("UserAssignment", "anna").(*v1alpha1.UserAssignment).Status
		Expect(anna.Effective).To(ConsistOf(HaveField("Scope", "north"), HaveField("Scope", "south")))
		Expect(*w.get("Role", "head").(*v1alpha1.Role).Status.Holders).To(BeEquivalentTo(3))
		Expect(*w.get("Organization", organization).(*v1alpha1.Organization).Status.Counts.Users).To(BeEquivalentTo(3))
	})

	It("gives nothing to a member who is suspended, and nothing to one who left", func() {
		w.apply(user("gail", "gail", "  state: Suspended"))
		w.no("gail staff.hire south")
		w.yes("anna staff.hire south")
		w.delete("UserAssignment", "gail")
		w.yes("gail staff.hire south")
		w.apply(group("night", "  members: [anna]\n  grants: [{roleRef: {name: head}, scope: {units: [south]}}]"))
		w.no("gail staff.hire south")
		w.yes("anna staff.hire south")
		w.published()
		Expect(*w.get("UserGroup", "night").(*v1alpha1.UserGroup).Status.Members).To(BeEquivalentTo(1))
		w.delete("UserGroup", "night")
		w.no("anna staff.hire south")
	})

	It("takes no default member who is not among its members", func() {
		night := w.get("UserGroup", "night").(*v1alpha1.UserGroup)
		night.Spec.DefaultMember = "hugh"
		Expect(api.Update(w.ctx, night)).To(MatchError(ContainSubstring("defaultMember must be one of members")))
	})

	It("is waited for, and says so, when its organization is missing", func() {
		w.apply(strings.Replace(group("lost", "  members: [gail]"), "name: clinic", "name: nowhere", 1))
		w.notReady("UserGroup/lost", "UnknownOrganization", "nowhere")
		w.expect("UserGroup", "lost", "Published", metav1.ConditionFalse, "UnknownOrganization", "")
	})

	It("may be as large as the schema allows, and break a constraint for every member", func() {
		w.later("UserGroup", "night")
		members := make([]string, 0, 1000)
		for i := range 1000 {
			members = append(members, fmt.Sprintf("member-%d-%s", i, strings.Repeat("x", 100)))
		}
		w.apply(group("all", "  members: ["+strings.Join(members, ", ")+"]\n  grants: [{roleRef: {name: clerk}, scope: {everywhere: true}}]"))
		w.yes(members[0]+" orders.view icu", members[999]+" orders.view icu")
		w.published()
		Expect(*w.get("UserGroup", "all").(*v1alpha1.UserGroup).Status.Members).To(BeEquivalentTo(1000))
		w.apply(clinic(`
  constraints:
  - {name: few, enforcement: Enforce, holders: {roleRef: {name: clerk}, atMost: 3}}`))
		w.notReady("UserGroup/all", "TooManyHolders", "more")
		w.no(members[0] + " orders.view icu")
		w.yes("anna orders.view icu", "hugh orders.view icu")
		w.expect("Organization", organization, "Ready", metav1.ConditionTrue, "Resolved", "and 995 more")
	})
})
