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
		w.Apply(everything...)
		w.Apply(group("night", `
  members: [anna, gail]
  defaultMember: gail
  grants: [{name: head, roleRef: {name: head}, scope: {units: [south]}}]`))
		w.Published()
	})

	It("gives what it has to every member, with an assignment or without", func() {
		w.Yes("anna staff.hire south", "anna orders.view icu", "gail staff.hire south")
		w.No("gail staff.hire icu", "anna staff.hire icu")
		w.Ready("UserGroup/night", "UserAssignment/anna")
		night := w.Get("UserGroup/night").(*v1alpha1.UserGroup).Status
		Expect(*night.MemberCount).To(BeEquivalentTo(2))
		Expect(night.Summary).To(Equal("head on south"))
		anna := w.Get("UserAssignment/anna").(*v1alpha1.UserAssignment).Status
		Expect(anna.Effective).To(ConsistOf(
			And(HaveField("Scope.Units", HaveExactElements(BeEquivalentTo("north"))), HaveField("From", HaveExactElements(HaveField("Kind", BeEquivalentTo("UserAssignment"))))),
			And(HaveField("Scope.Units", HaveExactElements(BeEquivalentTo("south"))), HaveField("From", HaveExactElements(v1alpha1.EffectiveSource{
				Kind: "UserGroup", Name: "night", GrantName: "head", RoleRef: &v1alpha1.ObservedRole{Kind: "Role", Name: "head"},
			})))))
		Expect(*w.Get("Role/head").(*v1alpha1.Role).Status.HolderCount).To(BeEquivalentTo(3))
		Expect(*w.Get("Organization/clinic").(*v1alpha1.Organization).Status.UserCount).To(BeEquivalentTo(3))
	})

	It("gives nothing to a member who is suspended, and nothing to one who left", func() {
		w.Apply(user("gail", "gail", "  state: Suspended"))
		w.No("gail staff.hire south")
		w.Yes("anna staff.hire south")
		w.Delete("UserAssignment/gail")
		w.Yes("gail staff.hire south")
		w.Apply(group("night", "  members: [anna]\n  grants: [{name: head, roleRef: {name: head}, scope: {units: [south]}}]"))
		w.No("gail staff.hire south")
		w.Yes("anna staff.hire south")
		w.Published()
		Expect(*w.Get("UserGroup/night").(*v1alpha1.UserGroup).Status.MemberCount).To(BeEquivalentTo(1))
		w.Delete("UserGroup/night")
		w.No("anna staff.hire south")
	})

	It("takes no default member who is not among its members", func() {
		night := w.Get("UserGroup/night").(*v1alpha1.UserGroup)
		night.Spec.DefaultMember = "hugh"
		Expect(api.Update(w.Ctx, night)).To(MatchError(ContainSubstring("defaultMember must be one of members")))
	})

	It("is waited for, and says so, when its organization is missing", func() {
		w.Apply(strings.Replace(group("lost", "  members: [gail]"), "name: clinic", "name: nowhere", 1))
		w.NotReady("UserGroup/lost", "UnknownOrganization", "nowhere")
		w.Expect("UserGroup/lost", "Published", metav1.ConditionFalse, "UnknownOrganization", "")
	})

	It("may be as large as the schema allows, and break a constraint for every member", func() {
		w.AwaitNextSecond("UserGroup/night")
		members := make([]string, 0, 1000)
		for i := range 1000 {
			members = append(members, fmt.Sprintf("member-%d-%s", i, strings.Repeat("x", 100)))
		}
		w.Apply(group("all", "  members: ["+strings.Join(members, ", ")+"]\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]"))
		w.Yes(members[0]+" orders.view icu", members[999]+" orders.view icu")
		w.Published()
		Expect(*w.Get("UserGroup/all").(*v1alpha1.UserGroup).Status.MemberCount).To(BeEquivalentTo(1000))
		w.Apply(sites(`
  constraints:
  - {name: few, enforcement: Enforce, type: Holders, holders: {roleRef: {name: clerk}, atMost: 3}}`))
		w.NotReady("UserGroup/all", "TooManyHolders", "more")
		w.No(members[0] + " orders.view icu")
		w.Yes("anna orders.view icu", "hugh orders.view icu")
		w.Expect("Organization/clinic", "Ready", metav1.ConditionTrue, "Resolved", "and 995 more")
	})
})
