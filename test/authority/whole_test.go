// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// yard is a shop in which grants have shifts and entitlements. Kim keeps groups, and gives clerk to anyone and lead to those who report to
// her; dean is in charge of the day shift.
var yard = []string{`
kind: PermissionCatalog
spec:
  sections: [{name: till}]
  permissions: [{name: till.open, section: till}, {name: till.refund, section: till}]
  dimensions: [{name: shift, values: [day, night]}]
  entitlements: [{name: card}]
  qualifiers: [{name: reports-to-me, expression: "directory.isManager(subject.id, resource.id)"}]
`, `
kind: Organization
metadata: {name: shop}
spec: {catalogRef: {name: $world}}
`, `
kind: Role
metadata: {name: clerk}
spec: {rules: [{permissions: [till.open]}]}
`, `
kind: Role
metadata: {name: lead}
spec:
  inherits: [{roleRef: {name: clerk}}]
  rules: [{permissions: [till.refund]}]
  administrationRules: [{name: team, userActions: [GiveRoles, TakeRoles], roles: {from: Listed, roleRefs: [{name: clerk}]}}]
`, `
kind: Role
metadata: {name: keeper}
spec:
  administrationRules:
  - {name: groups, resources: [UserGroups], userActions: [GiveRoles, TakeRoles], roles: {from: Listed, roleRefs: [{name: clerk}]}}
  - {name: reports, qualifiers: [reports-to-me], userActions: [GiveRoles, TakeRoles], roles: {from: Listed, roleRefs: [{name: lead}]}}
`, `
kind: Role
metadata: {name: owner}
spec: {administrationRules: [{name: everything, userActions: [GiveRoles, TakeRoles], roles: {from: All}, resources: [UserGroups]}]}
`,
	worker("kim", "", "keeper", always), worker("owen", "", "owner", always), worker("dean", "", "lead", during("day")),
	worker("rita", "kim", "clerk", during("day")), worker("lena", "", "clerk", during("night")),
	group("evening", "rita", "clerk", always),
}

const always = "everywhere: true, dimensions: [{name: shift, all: true}]"

func during(shift string) string {
	return "everywhere: true, dimensions: [{name: shift, values: [" + shift + "]}]"
}

// worker writes the assignment of a user with one grant and a manager, who may be nobody.
func worker(name, manager, role, scope string) string {
	text := "kind: UserAssignment\nmetadata: {name: " + name + "}\nspec:\n  user: " + name + "\n  grants: [" + granted(role, scope, "") + "]\n"
	if manager != "" {
		text += "  profile: {manager: " + manager + "}\n"
	}
	return text
}

// granted writes a grant, with more fields.
func granted(role, scope, more string) string {
	return "{name: " + role + ", roleRef: {name: " + role + "}, scope: {" + scope + "}" + more + "}"
}

var _ = Describe("Where grants have dimensions and entitlements", Ordered, ContinueOnFailure, func() {
	var w *world
	BeforeAll(func() { w = newWorldOf(yard) })

	// judged expects that a write is refused to one user, and allowed to another who has the authority.
	judged := func(as string, do write, because, allowed string) {
		GinkgoHelper()
		err := do.do(w, users.As(as))
		Expect(apierrors.IsForbidden(err)).To(BeTrue(), "%v", err)
		Expect(err).To(MatchError(And(ContainSubstring("authority.rolewright.dev"), ContainSubstring(because))))
		Expect(do.do(w, client.NewDryRunClient(users.As(allowed)))).To(Succeed())
	}

	It("nobody gives a role for a value of a dimension for which they do not hold theirs", func() {
		judged("dean", patch("UserAssignment/rita", "spec: {grants: ["+granted("clerk", during("night"), "")+"]}"), "dimension shift", "owen")
		judged("dean", patch("UserAssignment/rita", "spec: {grants: ["+granted("clerk", always, "")+"]}"), "dimension shift", "owen")
	})

	It("nobody adds an entitlement to a role that they could not give", func() {
		judged("rita", patch("UserAssignment/rita", "spec: {grants: ["+granted("clerk", during("day"), ", entitlements: [card]")+"]}"),
			"no role that \"rita\" holds now has administrationRules", "dean")
		judged("kim", patch("UserAssignment/dean", "spec: {grants: ["+granted("lead", during("day"), ", entitlements: [card]")+"]}"),
			"it covers role clerk, not lead", "owen")
	})

	It("two changes that are each allowed are refused at once, if together they give more", func() {
		const member = "members: [rita, lena]"
		lead := "grants: [" + granted("clerk", always, "") + ", " + granted("lead", always, "") + "]"
		kim := client.NewDryRunClient(users.As("kim"))
		for _, one := range []string{member, lead} {
			Expect(patch("UserGroup/evening", "spec: {"+one+"}").do(w, kim)).To(Succeed())
		}
		judged("kim", patch("UserGroup/evening", "spec: {"+member+", "+lead+"}"), "give role lead to lena", "owen")
	})

	It("a change is refused as a whole, although a part of it is allowed", func() {
		sooner := granted("clerk", during("day"), `, endTime: "2098-01-01T00:00:00Z"`)
		dean := client.NewDryRunClient(users.As("dean"))
		Expect(patch("UserAssignment/rita", "spec: {grants: ["+sooner+"]}").do(w, dean)).To(Succeed())
		judged("dean", patch("UserAssignment/rita", "spec: {grants: ["+sooner+", "+granted("lead", during("day"), "")+"]}"),
			"it covers role clerk, not lead", "owen")
		Expect(w.Get("UserAssignment/rita").GetGeneration()).To(Equal(int64(1)))
	})
})
