// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// attack is a write that one user may not make and another may.
type attack struct {
	what string
	as   string
	write
	// because is a part of the message, and allowed the user who may make it; none is a cluster administrator.
	because, allowed string
}

const none = ""

var attacks = []attack{
	// Oneself.
	{"raises themselves", "lena", patch("UserAssignment/lena", grantLead("north")), "no role that \"lena\" holds now has administrationRules", "nadia"},
	{"raises themselves above their rank", "nadia", patch("UserAssignment/nadia", grantOwner), "it covers", "olga"},
	{"widens their own scope", "nadia", patch("UserAssignment/nadia", grantLead("all")), "nadia", "olga"},
	{"raises themselves by apply", "lena", apply(user("lena", "north", "lead", "units: [north]")), "no role that \"lena\"", "nadia"},
	{"raises themselves by update", "lena", update("UserAssignment/lena", grantLead("north")), "no role that \"lena\"", "nadia"},
	{"raises themselves by a JSON patch", "lena",
		jsonPatch("UserAssignment/lena", `[{"op": "replace", "path": "/spec/grants/0/roleRef/name", "value": "lead"}]`),
		"no role that \"lena\"", "nadia"},
	{"gives themselves a second assignment", "lena", create(second("lena", "lead", "units: [north]")), "no role that \"lena\"", "nadia"},
	{"overrides themselves", "lena",
		patch("UserAssignment/lena", override("till.refund", "Allow", "units: [north]")), "no role that \"lena\"", "nadia"},
	{"ends their own suspension", "sven", patch("UserAssignment/sven", "spec: {state: Active}"), "is suspended", "sami"},
	{"lifts a denial of their own", "rita", patch("UserAssignment/rita", "spec: {overrides: null}"), "no role that \"rita\"", "olga"},
	{"prolongs their own role", "tess", patch("UserAssignment/tess", grantUntil("2099-01-01T00:00:00Z")), "no role that \"tess\"", "sami"},
	{"gives themselves an attribute", "lena",
		patch("UserAssignment/lena", "spec: {profile: {attributes: {phone: \"1\"}}}"), "no role that \"lena\"", "nadia"},
	// Others above one's rank, and outside of one's units and people.
	{"raises another above their rank", "nadia", patch("UserAssignment/lena", grantOwner), "it covers", "olga"},
	{"raises another above their rank by apply", "nadia", apply(user("lena", "north", "owner", "everywhere: true")), "it covers", "olga"},
	{"gives a role in another branch", "nadia", patch("UserAssignment/lena", grantLead("south")), "not held in south", "olga"},
	{"gives a role everywhere", "nadia",
		patch("UserAssignment/lena", "spec: {grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}"),
		"not held everywhere", "olga"},
	{"gives a role through a group of units", "nadia", patch("UserAssignment/lena",
		"spec: {grants: [{name: lead, roleRef: {name: lead}, scope: {unitGroups: [pilots]}}]}"), "not held in south", "olga"},
	{"gives a role to a user of another branch", "nadia",
		patch("UserAssignment/rita", grantLead("north")), "home unit of rita is south", "olga"},
	{"takes a role of a user of another branch", "nadia",
		patch("UserAssignment/rita", "spec: {grants: null}"), "home unit of rita is south", "sami"},
	{"gives a role to a user who does not report to them", "ines",
		patch("UserAssignment/rita", grantClerk("all")), "reports-to-me is not true", "olga"},
	{"gives more than the rule covers", "ines", patch("UserAssignment/tess", grantLead("south")), "it covers", "sami"},
	{"gives an unknown unit", "nadia", patch("UserAssignment/lena", grantLead("attic")), "attic", "olga"},
	{"gives a role that does not exist yet", "nadia", patch("UserAssignment/lena",
		"spec: {grants: [{name: later, roleRef: {name: later}, scope: {units: [north]}}]}"), "later", none},
	{"demotes a superior", "nadia", patch("UserAssignment/olga", "spec: {grants: null}"), "olga", none},
	{"suspends a superior", "nadia", patch("UserAssignment/olga", "spec: {state: Suspended}"), "olga", none},
	{"suspends a user of another branch", "nadia",
		patch("UserAssignment/rita", "spec: {state: Suspended}"), "home unit of rita is south", "sami"},
	{"ends a suspension in another branch", "nadia",
		patch("UserAssignment/sven", "spec: {state: Active}"), "home unit of sven is south", "sami"},
	{"removes a superior", "nadia", remove("UserAssignment/olga"), "olga", none},
	{"removes a user of another branch", "nadia", remove("UserAssignment/rita"), "home unit of rita is south", "olga"},
	{"removes everyone at once", "sami", removeAll("UserAssignment"), "home unit of dora is depot", none},
	{"brings in a user elsewhere", "nadia", create(user("nils", "south", "clerk", "units: [south]")), "south", "sami"},
	{"brings in a user with more than they have", "nadia", create(user("nils", "north", "owner", "everywhere: true")), "it covers", "olga"},
	{"renames a user of another branch", "nadia",
		patch("UserAssignment/rita", "spec: {profile: {displayName: Rita}}"), "home unit of rita is south", "sami"},
	{"prolongs a role elsewhere", "nadia",
		patch("UserAssignment/tess", grantUntil("2099-01-01T00:00:00Z")), "home unit of tess is south", "sami"},
	{"overrides a permission above their rank", "nadia", patch("UserAssignment/lena", override("office.audit", "Allow", "units: [north]")),
		"office.audit", "olga"},
	{"overrides a permission elsewhere", "nadia",
		patch("UserAssignment/lena", override("till.refund", "Allow", "units: [south]")), "not held in south", "olga"},
	{"denies a superior a permission", "nadia",
		patch("UserAssignment/olga", override("office.audit", "Deny", "everywhere: true")), "olga", none},
	{"lifts a denial elsewhere", "nadia", patch("UserAssignment/rita", "spec: {overrides: null}"), "rita", "olga"},
	// Profiles.
	{"draws a user of another branch into their own", "nadia",
		patch("UserAssignment/rita", "spec: {profile: {homeUnit: north}}"), "home unit of rita is south", "olga"},
	{"sends a user to another branch", "nadia",
		patch("UserAssignment/lena", "spec: {profile: {homeUnit: south}}"), "not held in south", "olga"},
	{"makes themselves a manager", "ines",
		patch("UserAssignment/rita", "spec: {profile: {manager: ines}}"), "Manager in profile.fields", "olga"},
	{"sets an attribute that is not theirs to set", "nadia",
		patch("UserAssignment/lena", "spec: {profile: {attributes: {grade: 9}}}"), "attribute grade", "olga"},
	// Groups, roles, inheritance.
	{"gives through a group", "nadia", create(group("night", "lena", "lead", "units: [south]")), "UserGroups in resources", "olga"},
	{"joins a group", "lena", patch("UserGroup/evening", "spec: {members: [rita, lena]}"), "no role that \"lena\"", "olga"},
	{"widens what a group gives", "sami",
		patch("UserGroup/evening", "spec: {grants: [{name: clerk, roleRef: {name: lead}, scope: {everywhere: true}}]}"),
		"UserGroups in resources", "olga"},
	{"removes a group", "sami", remove("UserGroup/evening"), "UserGroups in resources", "olga"},
	{"widens a role that they hold", "nadia",
		patch("Role/clerk", "spec: {rules: [{permissions: [till.open, stock.view, office.audit]}]}"), "Roles in resources", "olga"},
	{"inherits more", "nadia", patch("Role/clerk", "spec: {inherits: [{roleRef: {name: auditor}}]}"), "Roles in resources", "olga"},
	{"takes an exception out", "nadia", patch("Role/trainee", "spec: {inherits: [{roleRef: {name: clerk}}]}"), "Roles in resources", "olga"},
	{"builds a role", "nadia",
		create("kind: Role\nmetadata: {name: mine}\nspec: {rules: [{permissions: [office.audit]}]}"), "Roles in resources", "olga"},
	{"gives a role an administration rule", "nadia", patch("Role/lead",
		"spec: {administrationRules: [{name: team, userActions: [GiveRoles], roles: {from: All}}]}"), "Roles in resources", none},
	{"takes the administration rules of others away", "nadia",
		patch("Role/owner", "spec: {administrationRules: null}"), "Roles in resources", none},
	{"removes a role", "nadia", remove("Role/owner"), "Roles in resources", none},
	{"removes all roles", "nadia", removeAll("Role"), "Roles in resources", none},
	{"gives themselves authority as the owner", "olga", patch("Role/owner",
		"spec: {administrationRules: [{name: everything, userActions: [GiveRoles], roles: {from: All}, resources: [Roles]}, "+
			"{name: more, qualifiers: [reports-to-me], subscription: [Plan]}]}"),
		"", none},
	// Units.
	{"moves a unit", "nadia", patch("OrganizationStructure/branches", units("depot", "south")), "unit depot", "olga"},
	{"takes another branch below their own", "nadia",
		patch("OrganizationStructure/branches", units("south", "north")), "unit south", "olga"},
	{"widens a group of units", "sami",
		patch("OrganizationStructure/branches", "spec: {unitGroups: [{name: pilots, units: [south, north]}]}"), "resources", "olga"},
	{"adds a structure", "sami",
		create("kind: OrganizationStructure\nmetadata: {name: more}\nspec: {units: [{name: cellar, parent: all}]}"), "unit cellar", "olga"},
	{"removes the structure", "sami", remove("OrganizationStructure/branches"), "resources", "olga"},
	// Constraints, waivers, chains.
	{"loosens a constraint", "nadia",
		patch("OrganizationStructure/limits", "spec: {constraints: null}"), "Constraints in resources", "olga"},
	{"waives a constraint", "nadia",
		patch("OrganizationStructure/limits", "spec: {waivers: [{name: me, constraintRef: {name: apart}, users: [nadia], "+
			"owner: olga, reason: Because, endTime: \"2099-01-01T00:00:00Z\"}]}"), "Constraints in resources", "olga"},
	{"opens an approval chain", "nadia",
		patch("ApprovalChain/access", "spec: {grantPolicy: {roles: {from: All, roleRefs: null}, beneficiaries: [Requester]}}"),
		"ApprovalChains in resources", "olga"},
	{"adds an approval chain", "nadia", create(chain("mine", "{from: All}")), "ApprovalChains in resources", "olga"},
	{"removes an approval chain", "nadia", remove("ApprovalChain/access"), "ApprovalChains in resources", "olga"},
	// The organization.
	{"chooses a plan", "olga", patch("Organization/shop", "spec: {plan: large}"), "Plan in subscription", none},
	{"turns a feature on", "olga", patch("Organization/shop", "spec: {features: [exports]}"), "Features in subscription", none},
	{"changes the catalog", "olga", patch("Organization/shop", "spec: {catalogRef: {name: other}}"), "Catalog in subscription", none},
	{"chooses a catalog that does not exist", "olga", patch("Organization/shop", "spec: {catalogRef: {name: missing}}"),
		"catalog \"missing\" of the organization does not exist", none},
	{"sets a label", "olga", patch("Organization/shop", "metadata: {labels: {tier: gold}}"), "Labels in subscription", none},
	{"waives a constraint of the platform", "olga",
		patch("Organization/shop", "spec: {waivers: [{name: me, constraintRef: {name: apart}, users: [olga], "+
			"owner: olga, reason: Because, endTime: \"2099-01-01T00:00:00Z\"}]}"), "CatalogWaivers in subscription", none},
	{"gives everyone a role", "nadia",
		patch("Organization/shop", "spec: {defaultGrants: [{name: all, roleRef: {name: lead}, scope: {everywhere: true}}]}"),
		"Settings in resources", "olga"},
	{"removes the organization", "olga", remove("Organization/shop"), "administer", none},
	{"makes an organization whose roles wait for it", "olga",
		create("kind: Organization\nmetadata: {name: kiosk}\nspec: {catalogRef: {name: $world}}"),
		"administer", none},
	{"brings users into an organization that does not exist", "olga", create("kind: UserAssignment\nmetadata: {name: early}\n" +
		"spec: {organizationRef: {name: kiosk}, user: nils, grants: [{name: owner, roleRef: {name: owner}, scope: {everywhere: true}}]}"),
		"does not exist", none},
	// Metadata.
	{"keeps an assignment from being removed", "lena",
		patch("UserAssignment/lena", "metadata: {finalizers: [example.com/kept]}"), "metadata.finalizers", none},
	{"has an assignment removed with an owner", "nadia", patch("UserAssignment/olga",
		"metadata: {ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: gone, uid: 11111111-1111-1111-1111-111111111111}]}"),
		"metadata.ownerReferences", none},
	// Users of no authority.
	{"is no user", "stranger", patch("UserAssignment/lena", grantClerk("depot")), "is not a user of organization", "nadia"},
	{"writes in another's spelling", "Nadia", patch("UserAssignment/lena", grantClerk("depot")), "is not a user of organization", "nadia"},
	{"is an account", "system:serviceaccount:default:nadia",
		patch("UserAssignment/lena", grantClerk("depot")), "is not a user of organization", "nadia"},
}

var _ = Describe("On the API server", Ordered, ContinueOnFailure, func() {
	var (
		w     *world
		found map[string]any
	)
	BeforeAll(func() {
		other := &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "other"}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections: []v1alpha1.Section{{Name: "till"}}, Permissions: []v1alpha1.Permission{{Name: "till.open", Section: "till"}},
		}}
		Expect(api.Create(ctx, other)).To(Succeed())
		DeferCleanup(func() { Expect(api.Delete(ctx, other)).To(Succeed()) })
		w = newWorld()
		// RBAC lets everyone write the organization itself as well.
		w.allowAll(rbacv1.PolicyRule{
			APIGroups: []string{"rolewright.dev"}, Resources: []string{"organizations"}, Verbs: []string{"create", "update", "patch", "delete"},
		})
		w.Apply("kind: Role\nmetadata: {name: kiosk-owner}\nspec: {organizationRef: {name: kiosk}, " +
			"administrationRules: [{name: all, userActions: [GiveRoles], roles: {from: All}}]}")
		found = w.written()
	})
	for _, a := range attacks {
		It(fmt.Sprintf("%s %s, and is refused", a.as, a.what), func() {
			err := a.do(w, users.As(a.as))
			Expect(apierrors.IsForbidden(err)).To(BeTrue(), "%v", err)
			Expect(err).To(MatchError(And(ContainSubstring("authority.rolewright.dev"), ContainSubstring(a.because))))
			belongsTo := api
			if a.allowed != none {
				belongsTo = users.As(a.allowed)
			}
			Expect(a.do(w, client.NewDryRunClient(belongsTo))).To(Succeed())
		})
	}
	AfterAll(func() {
		Expect(w.written()).To(Equal(found), "a refused write leaves nothing behind")
	})
})
