// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// platform are people of the platform, whose authority in an organization comes from a platform assignment: pia's in every
// organization, gus' in those of tier gold, ludo's in every one but about labels alone, sid is suspended, and otto holds no rule.
var platform = []string{`
kind: PlatformRole
metadata: {name: $world-operator}
spec:
  catalogRef: {name: $world}
  assignableScope: Platform
  rules: [{permissions: [stock.view]}]
  administrationRules:
  - name: support
    userActions: [GiveRoles, TakeRoles, Suspend]
    roles: {from: Listed, roleRefs: [{name: clerk}]}
    subscription: [Plan, Features]
`, `
kind: PlatformRole
metadata: {name: $world-labeller}
spec:
  catalogRef: {name: $world}
  assignableScope: Platform
  administrationRules: [{name: tiers, subscription: [Labels]}]
`, `
kind: PlatformRole
metadata: {name: $world-observer}
spec:
  catalogRef: {name: $world}
  assignableScope: Platform
  rules: [{permissions: [stock.view]}]
`,
	ofPlatform("pia", "operator", "all: true"),
	ofPlatform("gus", "operator", "selector: {matchLabels: {tier: gold}}"),
	ofPlatform("ludo", "labeller", "all: true"),
	ofPlatform("otto", "observer", "all: true"),
	ofPlatform("sid", "operator", "all: true") + "  state: Suspended\n",
}

// ofPlatform writes the assignment of a person of the platform.
func ofPlatform(name, role, organizations string) string {
	return fmt.Sprintf("kind: PlatformAssignment\nmetadata: {name: $world-%[1]s}\nspec:\n  user: %[1]s\n"+
		"  grants: [{name: %[2]s, roleRef: {name: $world-%[2]s}, organizations: {%[3]s}}]\n", name, role, organizations)
}

// platformWrite is a write by a person of the platform. Because is a part of the refusal; empty if it is allowed.
type platformWrite struct {
	what, as string
	write
	because string
}

const label, plan = "metadata: {labels: {tier: gold}}", "spec: {plan: large}"

// ungolden are writes while the organization has no label.
var ungolden = []platformWrite{
	{"chooses a plan", "pia", patch("Organization/shop", plan), ""},
	{"turns a feature on by which a constraint withholds the owner's role", "pia", patch("Organization/shop", "spec: {features: [exports]}"),
		"olga loses"},
	{"gives a role that the rule lists", "pia", patch("UserAssignment/dora", grantClerk("south")), ""},
	{"takes it", "pia", patch("UserAssignment/lena", "spec: {grants: null}"), ""},
	{"suspends a user whom they could have given all", "pia", patch("UserAssignment/lena", "spec: {state: Suspended}"), ""},
	{"gives a role that the rule does not list", "pia", patch("UserAssignment/lena", grantLead("north")), "it covers"},
	{"suspends a user who holds more", "pia", patch("UserAssignment/nadia", "spec: {state: Suspended}"), "lead, which is beyond"},
	{"brings themselves in as a user", "pia", create(user("pia", "all", "owner", "everywhere: true")), "it covers"},
	{"gives themselves the role of the owner", "pia", create(second("pia", "owner", "everywhere: true")), "it covers"},
	{"builds a role", "pia", create("kind: Role\nmetadata: {name: mine}\nspec: {rules: [{permissions: [office.audit]}]}"), "Roles in resources"},
	{"adds a unit", "pia", create("kind: OrganizationStructure\nmetadata: {name: more}\nspec: {units: [{name: cellar, parent: all}]}"), "unit cellar"},
	{"chooses a plan that does not exist, without custom roles", "pia", patch("Organization/shop", "spec: {plan: huge}"),
		" from the role"},
	{"changes the catalog", "pia", patch("Organization/shop", "spec: {catalogRef: {name: missing}}"), "does not exist"},
	{"sets a label", "pia", patch("Organization/shop", label), "Labels in subscription"},
	{"waives a constraint of the platform", "pia", patch("Organization/shop", "spec: {waivers: [{name: me, constraintRef: {name: apart}, "+
		"users: [pia], owner: pia, reason: Because, endTime: \"2099-01-01T00:00:00Z\"}]}"), "CatalogWaivers in subscription"},
	{"gives everyone a role", "pia", patch("Organization/shop",
		"spec: {defaultGrants: [{name: all, roleRef: {name: clerk}, scope: {everywhere: true}}]}"), "Settings in resources"},
	{"deletes the organization", "pia", remove("Organization/shop"), "administer"},
	{"brings users into an organization to come", "pia", create("kind: UserAssignment\nmetadata: {name: early}\n" +
		"spec: {organizationRef: {name: kiosk}, user: nils, grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]}"),
		"does not exist"},
	{"puts an organization in place", "pia", create("kind: Organization\nmetadata: {name: kiosk}\nspec: {catalogRef: {name: $world}}"),
		"administer"},
	{"chooses a plan where no assignment picks them", "gus", patch("Organization/shop", plan), "is not a user of organization"},
	{"gives a role where no assignment picks them", "gus", patch("UserAssignment/dora", grantClerk("south")), "is not a user of organization"},
	{"labels the organization so that they are picked", "gus", patch("Organization/shop", label), "is not a user of organization"},
	{"labels the organization so that others are picked", "ludo", patch("Organization/shop", label), "gains"},
	{"sets a label that picks nobody", "ludo", patch("Organization/shop", "metadata: {labels: {region: west}}"), ""},
	{"gives a role by a rule about labels", "ludo", patch("UserAssignment/dora", grantClerk("south")), "GiveRoles in userActions"},
	{"chooses a plan without a rule", "otto", patch("Organization/shop", plan), "no role that \"otto\" holds now has administrationRules"},
	{"chooses a plan while suspended", "sid", patch("Organization/shop", plan), "is suspended"},
}

// golden are writes while the label of the organization picks gus.
var golden = []platformWrite{
	{"chooses a plan where the label picks them", "gus", patch("Organization/shop", plan), ""},
	{"gives a role where the label picks them", "gus", patch("UserAssignment/dora", grantClerk("south")), ""},
	{"gives more than the rule lists where the label picks them", "gus", patch("UserAssignment/dora", grantLead("south")), "it covers"},
	{"takes the label by which they are picked", "gus", patch("Organization/shop", "metadata: {labels: null}"), "Labels in subscription"},
	{"takes the label by which others are picked", "ludo", patch("Organization/shop", "metadata: {labels: null}"), "loses"},
	{"sets another label", "ludo", patch("Organization/shop", "metadata: {labels: {region: west}}"), ""},
}

var _ = Describe("Of people of the platform", Ordered, ContinueOnFailure, func() {
	var w *world
	BeforeAll(func() {
		w = newWorld()
		w.allowAll(rbacv1.PolicyRule{
			APIGroups: []string{"rolewright.dev"}, Resources: []string{"organizations"}, Verbs: []string{"create", "update", "patch", "delete"},
		})
		w.Apply(platform...)
		w.Published()
	})
	judged := func(writes []platformWrite) {
		GinkgoHelper()
		var wrong []string
		for _, p := range writes {
			err := p.do(w, client.NewDryRunClient(users.As(p.as)))
			right := err == nil
			if p.because != "" {
				right = apierrors.IsForbidden(err) && strings.Contains(err.Error(), "authority.rolewright.dev") && strings.Contains(err.Error(), p.because)
			}
			if !right {
				wrong = append(wrong, fmt.Sprintf("%s %s: %v, want %q", p.as, p.what, err, p.because))
			}
		}
		Expect(wrong).To(BeEmpty())
	}
	It("those whom an assignment picks administer what its role says, and nothing else", func() { judged(ungolden) })
	It("a label makes it those whom it picks", func() {
		Expect(patch("Organization/shop", label).do(w, api)).To(Succeed())
		judged(golden)
	})
	It("who is picked no longer has no authority any more", func() {
		Expect(patch("Organization/shop", "metadata: {labels: null}").do(w, api)).To(Succeed())
		judged(ungolden)
	})
})
