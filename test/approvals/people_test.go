// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("What people see", func() {
	const access = "access unit=east role=approver seconds=3600"

	It("says before an approval what would be given, and asks", func() {
		w := newOffice(chain("access", gives+approverOne))
		name := w.opens("ann", access+" for=eve")
		asked := w.rolewright("ben", 1, "approve "+name)
		for _, part := range []string{"approver in east for 1h", "for        eve", "asked by   ann", "gains      approve", "if approved now", "nothing is approved"} {
			Expect(asked).To(ContainSubstring(part))
		}
		w.stays(name, "location: bea")
		Expect(w.request(name).Status.State).To(Equal(v1alpha1.RequestPending))
		Expect(w.rolewright("ben", 0, "approve "+name+" --yes")).To(ContainSubstring("is Approved"))
	})

	It("decides several requests at once, and says which it cannot", func() {
		w := newOffice(chain("access", gives+approverOne), chain("offer", approverOne))
		first, second, offer := w.opens("ann", access), w.opens("eve", access), w.opens("ann", "offer unit=east")
		Expect(w.rolewright("ben", 0, "approve --yes --all-for approver")).To(And(
			ContainSubstring("request "+first+" is Approved"), ContainSubstring("request "+second+" is Approved"), Not(ContainSubstring(offer))))
		Expect(w.rolewright("ben", 1, "approve --yes --all-for approver")).To(ContainSubstring("no request for role approver waits for ben"))
		Expect(w.rolewright("ben", 1, "approve --yes "+first+" "+offer)).To(And(
			ContainSubstring("too late: request "+first+" is Approved"), ContainSubstring("request "+offer+" is Approved")))
		w.rolewright("ben", 2, "approve --all-for approver "+offer)
	})

	It("is what is asked for, whom it waits for, and why it was denied", func() {
		w := newOffice(chain("access", gives+approverOne), chain("offer", approverOne))
		w.opens("ann", access+" name=mine")
		Expect(w.rolewright("ben", 0, "requests")).To(MatchRegexp(
			`(?m)^mine +approver in east for 1h +ann +Pending +\S+$\n  waits for location: bea, ben`))
		Expect(w.rolewright("eve", 1, "requests")).To(ContainSubstring("waits for eve"))
		for _, user := range []string{"ann", "eve"} {
			Expect(w.rolewright(user, 1, "requests --on-behalf")).To(ContainSubstring("there is no request in namespace " + w.Namespace + " that " + user + " may decide"))
		}
		w.rolewright("ben", 0, "approve --yes mine")
		Expect(w.rolewright("ann", 0, "requests --mine")).To(MatchRegexp(`(?m)^mine .*Approved +\S+$\n  role approver is held until \d{4}-`))
		w.opens("eve", "offer unit=east name=other")
		w.rolewright("ben", 0, "deny other --comment not_now")
		w.expect("mine", v1alpha1.ConditionReady, "True Approved")
		table := clustertest.Kubectl(plane, "get", "approvalrequests", "-o", "wide", "-n", w.Namespace)
		Expect(table).To(MatchRegexp(`(?m)^mine +approver +ann +Approved +Approved +\d{4}-\S+ `))
		Expect(table).To(MatchRegexp(`(?m)^other +eve +Denied +Denied +\S+ +offer +east +step "location" was denied by "ben"$`))
	})

	It("is what a deputy may decide, as long as they may", func() {
		w := newOffice(chain("access", gives+approverOne), chain("offer", approversTwo))
		w.opens("ann", access+" name=mine")
		w.opens("ann", "offer unit=east name=other")
		w.opens("eve", access+" name=of-dan for=dan")
		shown := `(?m)^mine .*Pending +\S+\n  waits for location: bea, ben, .*; you may decide for them \(--on-behalf-of\)$`
		for _, line := range []string{"requests", "requests --on-behalf"} {
			Expect(w.rolewright("dan", 0, line)).To(And(MatchRegexp(shown), Not(ContainSubstring("other")), Not(ContainSubstring("of-dan"))))
		}
		Expect(w.rolewright("eve", 0, "requests show mine")).To(MatchRegexp(`(?m)^deputies +dan$`))
		Expect(w.rolewright("dan", 1, "approve --yes mine")).To(ContainSubstring("name one with --on-behalf-of"))

		w.Apply(assignment("dan", ", state: Suspended"))
		Eventually(func() []v1alpha1.Observed { return w.request("mine").Status.Deputies }).Should(BeEmpty())
		Expect(w.rolewright("dan", 1, "requests --on-behalf")).To(ContainSubstring("there is no request"))
		w.Apply(assignment("jon", ", grants: [{name: deputy, roleRef: {name: delegate}, scope: {units: [east]}}]"))
		Eventually(func() []v1alpha1.Observed { return w.request("mine").Status.Deputies }).Should(Equal([]v1alpha1.Observed{"jon"}))
		Expect(w.rolewright("jon", 0, "requests")).To(MatchRegexp(shown))
		w.rolewright("jon", 0, "approve --yes mine --on-behalf-of ben")
		Expect(w.request("mine").Status.Deputies).To(BeEmpty())
	})

	It("is the role that was probably meant", func() {
		listed := strings.Replace(gives, "{from: All}", "{from: Listed, roleRefs: [{name: approver}]}", 1)
		w := newOffice(chain("access", listed+approverOne), chain("senior", strings.Replace(gives, "{from: All}", "{from: UpTo, upToRoleRef: {name: vice}}", 1)+approverOne))
		Expect(w.rolewright("ann", 1, "request access --role aprover --unit east --for 1h")).To(And(
			ContainSubstring(`does not give role "aprover"`), ContainSubstring(`hint: did you mean role "approver"?`)))
		Expect(w.rolewright("ann", 0, "request senior --role vise --unit east --for 1h")).To(And(
			ContainSubstring(`role "vise" does not exist`), ContainSubstring(`hint: did you mean role "vice"?`)))
		Expect(w.rolewright("ann", 0, "request access --role approver --unit east --for 1h")).NotTo(ContainSubstring("hint"))
	})

	It("is stuck at something that it names", func() {
		w := newOffice(chain("offer", approverOne))
		name := w.ask("ann", "offer unit=east for=nobody")
		w.becomes(name, "create a UserAssignment")
		Expect(w.rolewright("ann", 0, "requests --mine")).To(ContainSubstring("create a UserAssignment"))
	})

	It("is the whole story of a request", func() {
		w := newOffice(chain("access", gives+approverOne))
		name := w.opens("ann", access)
		w.rolewright("dan", 0, "approve --yes "+name+" --on-behalf-of ben --comment fine")
		w.rolewright("ann", 0, "revoke "+name)
		w.expect(name, "Granted", "False Revoked: ")
		story := w.rolewright("eve", 0, "requests show "+name)
		for _, part := range []string{
			`RequestMade +by ann`, `DecisionMade +Approve by dan on behalf of ben: "fine"`, `StepEnded +location: approved by "dan" on behalf of "ben"`,
			`RoleGiven +approver, \d{4}`, `RoleEnded +approver: Revoked by ann`,
		} {
			Expect(story).To(MatchRegexp(`(?m)^\d{4}-\d\d-\d\dT\S+Z +` + part))
		}
	})

	It("never contains control characters that others wrote", func() {
		w := newOffice(chain("offer", approverOne))
		const colours = "bye\x1b[31m\nfake-row\u202e   access"
		request := w.asked("ann", "offer unit=east name=colours")
		request.Spec.Justification = colours
		Expect(users.As("ann").Create(w.Ctx, request)).To(Succeed())
		w.becomes("colours", "location: bea")
		withdrawal := w.decisionOn(w.request("colours"), vote("ann withdraw"))
		withdrawal.Spec.Comment = colours
		shown := []string{w.rolewright("ben", 1, "approve colours")}
		Expect(users.As("ann").Create(w.Ctx, withdrawal)).To(Succeed())
		w.becomes("colours", "Withdrawn")
		for _, line := range []string{"requests --all", "requests --all -o wide", "requests --all -o json", "requests show colours", "requests export"} {
			shown = append(shown, w.rolewright("ben", 0, line))
		}
		shown = append(shown, w.rolewright("ben", 1, "approve colours"), clustertest.Kubectl(plane, "get", "approvalrequests", "-o", "wide", "-n", w.Namespace))
		for _, text := range shown {
			Expect(text).NotTo(ContainSubstring("\x1b"))
			for line := range strings.SplitSeq(text, "\n") {
				Expect(line).NotTo(HavePrefix("fake-row"))
			}
		}
		Expect(shown[1]).To(ContainSubstring(`fake-row`))
	})
})
