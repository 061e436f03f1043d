// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// world is a shop with a head office and two branches, whose people administer it: see shop.
type world struct{ *clustertest.World }

// shop are its objects. Olga may do everything with users, roles and units; nadia is in charge of the north branch, where lena works
// for her, and sami of the south branch; ines assigns colleagues who report to her.
var shop = []string{`
kind: PermissionCatalog
spec:
  sections: [{name: till}, {name: stock}, {name: office}]
  permissions:
  - {name: till.open, section: till}
  - {name: till.refund, section: till}
  - {name: stock.view, section: stock}
  - {name: stock.order, section: stock}
  - {name: office.audit, section: office}
  - {name: office.export, section: office, requiredFeatures: [exports]}
  qualifiers:
  - {name: reports-to-me, expression: "directory.isManager(subject.id, resource.id)"}
  features: [{name: exports}]
  plans: [{name: large}]
`, `
kind: Organization
metadata: {name: shop}
spec:
  catalogRef: {name: $world}
`, `
kind: OrganizationStructure
metadata: {name: branches}
spec:
  units:
  - {name: all}
  - {name: north, parent: all}
  - {name: depot, parent: north}
  - {name: south, parent: all}
  unitGroups:
  - {name: pilots, units: [south]}
`, `
kind: Role
metadata: {name: clerk}
spec:
  rules: [{permissions: [till.open, stock.view]}]
`, `
kind: Role
metadata: {name: lead}
spec:
  inherits: [{roleRef: {name: clerk}}]
  rules: [{permissions: [till.refund, stock.order]}]
  administrationRules:
  - name: team
    userActions: [GiveRoles, TakeRoles, Suspend, Add, Remove, WriteOverrides]
    roles: {from: OwnRank}
    profile: {fields: [DisplayName, HomeUnit, Manager], attributes: [phone]}
`, `
kind: Role
metadata: {name: auditor}
spec:
  rules: [{permissions: [office.audit]}]
`, `
kind: Role
metadata: {name: trainee}
spec:
  inherits: [{roleRef: {name: clerk}, except: {permissions: [till.open]}}]
`, `
kind: Role
metadata: {name: reporter}
spec:
  rules: [{permissions: [stock.view]}]
  administrationRules:
  - name: reports
    qualifiers: [reports-to-me]
    userActions: [GiveRoles, TakeRoles]
    roles: {from: Listed, roleRefs: [{name: clerk}]}
`, `
kind: Role
metadata: {name: owner}
spec:
  inherits: [{roleRef: {name: lead}}]
  rules: [{permissions: [office.audit, office.export]}]
  administrationRules:
  - name: everything
    userActions: [GiveRoles, TakeRoles, Suspend, Add, Remove, WriteOverrides]
    roles: {from: All}
    profile: {fields: [DisplayName, HomeUnit, Manager], attributes: ["*"]}
    resources: [UserGroups, Roles, Units, ApprovalChains, Constraints, Settings]
`,
	user("olga", "all", "owner", "everywhere: true"),
	user("nadia", "north", "lead", "units: [north]"),
	user("sami", "south", "lead", "units: [south]"),
	user("lena", "north", "clerk", "units: [north]"),
	user("dora", "depot", "clerk", "units: [depot]"),
	user("ines", "south", "reporter", "everywhere: true"),
	user("rita", "south", "clerk", "units: [south]") +
		"  overrides: [{name: no-till, permission: till.open, effect: Deny, scope: {everywhere: true}}]\n",
	user("sven", "south", "clerk", "units: [south]") + "  state: Suspended\n",
	`
kind: UserAssignment
metadata: {name: tess}
spec:
  user: tess
  profile: {homeUnit: south, manager: ines}
  grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}, endTime: "2098-01-01T00:00:00Z"}]
`,
	group("evening", "rita", "clerk", "units: [south]"),
	`
kind: OrganizationStructure
metadata: {name: limits}
spec:
  constraints:
  - name: apart
    enforcement: Enforce
    type: SeparationOfDuties
    separationOfDuties:
      atMost: 1
      duties:
      - {name: refunding, permissions: [till.refund]}
      - {name: exporting, permissions: [office.export]}
`,
	chain("access", "{from: Listed, roleRefs: [{name: clerk}]}"),
}

// user writes the assignment of a user with one grant.
func user(name, home, role, scope string) string {
	return "kind: UserAssignment\nmetadata: {name: " + name + "}\nspec:\n  user: " + name + "\n  profile: {homeUnit: " + home + "}\n" +
		"  grants:\n  - {name: " + role + ", roleRef: {name: " + role + "}, scope: {" + scope + "}}\n"
}

// newWorld creates the shop.
func newWorld() *world {
	GinkgoHelper()
	return newWorldOf(shop)
}

// newWorldOf creates an organization of some objects, in whose namespace everyone may write by Kubernetes RBAC.
func newWorldOf(objects []string) *world {
	GinkgoHelper()
	w := &world{clustertest.NewWorld(api, "shop")}
	for _, role := range []string{"rolewright-editor", "rolewright-viewer"} {
		Expect(api.Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: "system:authenticated"}},
		})).To(Succeed())
	}
	w.Apply(objects...)
	w.Published()
	return w
}

// object reads YAML as an object of the world.
func (w *world) object(text string) *unstructured.Unstructured {
	GinkgoHelper()
	object := &unstructured.Unstructured{}
	Expect(yaml.UnmarshalStrict([]byte(strings.ReplaceAll(text, "$world", w.Namespace)), &object.Object)).To(Succeed(), text)
	object.SetAPIVersion(v1alpha1.GroupVersion.String())
	object.SetNamespace(w.Namespace)
	if _, written, _ := unstructured.NestedMap(object.Object, "spec", "organizationRef"); !written && object.GetKind() != "Organization" {
		Expect(unstructured.SetNestedField(object.Object, "shop", "spec", "organizationRef", "name")).To(Succeed())
	}
	return object
}

// patch writes a merge patch of an object, which is named as Kind/name.
func (w *world) patch(as, object, change string) error {
	return patch(object, change).do(w, users.As(as))
}

// allowAll gives everyone a right in the namespace.
func (w *world) allowAll(right rbacv1.PolicyRule) {
	GinkgoHelper()
	meta := metav1.ObjectMeta{Namespace: w.Namespace, Name: "everyone"}
	Expect(api.Create(ctx, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{right}})).To(Succeed())
	Expect(api.Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: "system:authenticated"}},
	})).To(Succeed())
}

// administer binds a user to rolewright-administrator in the namespace, and waits until the API server has noticed it.
func (w *world) administer(user string) {
	GinkgoHelper()
	Expect(api.Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, Name: "administrator"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "rolewright-administrator"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}},
	})).To(Succeed())
	w.AwaitRight(user, authorizationv1.ResourceAttributes{
		Namespace: w.Namespace, Verb: "administer", Group: v1alpha1.GroupVersion.Group, Resource: "organizations",
	})
}

// written reads what people have written of all objects of the world, by kind and name.
func (w *world) written() map[string]any {
	GinkgoHelper()
	all := map[string]any{}
	for _, kind := range []string{"Organization", "OrganizationStructure", "Role", "UserAssignment", "UserGroup", "ApprovalChain"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		Expect(api.List(ctx, list, client.InNamespace(w.Namespace))).To(Succeed())
		for _, item := range list.Items {
			unstructured.RemoveNestedField(item.Object, "status")
			item.SetManagedFields(nil)
			item.SetResourceVersion("")
			all[kind+"/"+item.GetName()] = item.Object
		}
	}
	return all
}
