// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// world is a namespace with an organization, plant, whose catalog has the namespace's name. The role worker lets its
// holders do "work" where they hold it.
type world struct {
	ctx       context.Context
	namespace string
}

const (
	organization = "plant"
	work         = "work"
)

// newWorld makes one that does not survive the spec: the next must not find it in its way.
func newWorld() *world {
	GinkgoHelper()
	w := &world{ctx: context.Background()}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "world-"}}
	w.create(namespace)
	w.namespace = namespace.Name
	DeferCleanup(func() {
		w.removeNamespace()
		Expect(client.IgnoreNotFound(api.Delete(w.ctx, &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}))).To(Succeed())
	})
	w.create(w.catalog(), w.organization())
	return w
}

// removeNamespace deletes the namespace and waits until nothing of it is left.
func (w *world) removeNamespace() {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
	Expect(client.IgnoreNotFound(api.Delete(w.ctx, namespace))).To(Succeed())
	Eventually(func() bool {
		return apierrors.IsNotFound(api.Get(w.ctx, client.ObjectKeyFromObject(namespace), namespace))
	}).Should(BeTrue())
}

func (w *world) catalog() *v1alpha1.PermissionCatalog {
	return &v1alpha1.PermissionCatalog{
		ObjectMeta: metav1.ObjectMeta{Name: w.namespace},
		Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "shop"}},
			Permissions: []v1alpha1.Permission{{Name: work, Section: "shop"}, {Name: "look", Section: "shop"}},
		},
	}
}

func (w *world) organization() *v1alpha1.Organization {
	return &v1alpha1.Organization{
		ObjectMeta: w.named(organization),
		Spec: v1alpha1.OrganizationSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: w.namespace},
			Units:      []v1alpha1.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}},
		},
	}
}

// role holds permissions.
func (w *world) role(name string, held ...v1alpha1.PermissionName) *v1alpha1.Role {
	return &v1alpha1.Role{
		ObjectMeta: w.named(name),
		Spec: v1alpha1.RoleSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization},
			RoleDefinition:  v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Permissions: held}}},
		},
	}
}

// assignment gives a user roles.
func (w *world) assignment(name, user string, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
	return &v1alpha1.UserAssignment{
		ObjectMeta: w.named(name),
		Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization}, User: v1alpha1.UserID(user), Grants: grants,
		},
	}
}

// grant gives a role in a unit.
func grant(role, unit string) v1alpha1.Grant {
	return v1alpha1.Grant{
		RoleRef: v1alpha1.RoleReference{Name: role}, Scope: &v1alpha1.Scope{Units: []v1alpha1.Name{v1alpha1.Name(unit)}},
	}
}

func (w *world) named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: w.namespace, Name: name}
}

func (w *world) create(objects ...client.Object) {
	GinkgoHelper()
	for _, object := range objects {
		Expect(api.Create(w.ctx, object)).To(Succeed())
	}
}

// get reads an object anew.
func (w *world) get(object client.Object) {
	GinkgoHelper()
	Expect(api.Get(w.ctx, client.ObjectKeyFromObject(object), object)).To(Succeed())
}

// objects lists all that the organizations of the namespace are resolved from.
func (w *world) objects() intake.Objects {
	GinkgoHelper()
	catalogs, organizations := &v1alpha1.PermissionCatalogList{}, &v1alpha1.OrganizationList{}
	roles, assignments := &v1alpha1.RoleList{}, &v1alpha1.UserAssignmentList{}
	Expect(api.List(w.ctx, catalogs)).To(Succeed())
	for _, list := range []client.ObjectList{organizations, roles, assignments} {
		Expect(api.List(w.ctx, list, client.InNamespace(w.namespace))).To(Succeed())
	}
	return intake.Objects{
		Catalogs: catalogs.Items, Organizations: organizations.Items, Roles: roles.Items, Assignments: assignments.Items,
	}
}

// resolved is what the only organization of these objects comes to, in the bytes in which it is published.
func resolved(objects intake.Objects) string {
	GinkgoHelper()
	worlds := intake.Worlds(objects)
	Expect(worlds).To(HaveLen(1))
	doc := resolve.Organization(&worlds[0]).Document
	Expect(doc).NotTo(BeNil())
	encoded, err := doc.Encode()
	Expect(err).NotTo(HaveOccurred())
	return string(encoded)
}

// awaitPublished waits until readers see what stands in the cluster, to the byte, and every object says so of itself.
func (w *world) awaitPublished() {
	GinkgoHelper()
	objects := w.objects()
	expected := document.Digest([]byte(resolved(objects)))
	Eventually(func(g Gomega) {
		configMap := &corev1.ConfigMap{}
		g.Expect(api.Get(w.ctx, w.key(), configMap)).To(Succeed())
		g.Expect(document.Digest([]byte(configMap.Data[document.DocumentKey]))).To(Equal(expected))
	}).Should(Succeed())
	Eventually(func(g Gomega) {
		now := w.objects()
		for i := range now.Organizations {
			g.Expect(says(&now.Organizations[i], now.Organizations[i].Status.Conditions)).To(Equal("Published"))
		}
		for i := range now.Roles {
			g.Expect(says(&now.Roles[i], now.Roles[i].Status.Conditions)).To(Equal("Published"))
		}
		for i := range now.Assignments {
			g.Expect(says(&now.Assignments[i], now.Assignments[i].Status.Conditions)).To(Equal("Published"))
		}
	}).Should(Succeed())
}

// says is the reason of an object's condition Published, with ! before it when it is not True, empty as long as the
// condition speaks of an earlier generation.
func says(object client.Object, conditions []metav1.Condition) string {
	return reason(object, conditions, v1alpha1.ConditionPublished)
}

func reason(object client.Object, conditions []metav1.Condition, conditionType string) string {
	condition := meta.FindStatusCondition(conditions, conditionType)
	switch {
	case condition == nil || condition.ObservedGeneration != object.GetGeneration():
		return ""
	case condition.Status != metav1.ConditionTrue:
		return "!" + condition.Reason
	default:
		return condition.Reason
	}
}

// key is that of the ConfigMap that applications read.
func (w *world) key() client.ObjectKey {
	return client.ObjectKey{Namespace: w.namespace, Name: organization + document.ConfigMapSuffix}
}

// configMap reads what applications read.
func (w *world) configMap() *corev1.ConfigMap {
	GinkgoHelper()
	configMap := &corev1.ConfigMap{}
	Expect(api.Get(w.ctx, w.key(), configMap)).To(Succeed())
	return configMap
}

// read verifies what is published, and makes it ready to decide.
func read(configMap *corev1.ConfigMap, options ...engine.Option) (*document.Publication, *engine.Index) {
	GinkgoHelper()
	publication, doc, err := document.ReadPublication(configMap.Data)
	Expect(err).NotTo(HaveOccurred())
	index, err := engine.NewIndex(doc, options...)
	Expect(err).NotTo(HaveOccurred())
	return publication, index
}

// may asks whether a user may work in a unit.
func may(index *engine.Index, user, unit string) bool {
	return index.Check(&access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: user},
		Action:   access.Action{Name: work},
		Resource: access.Resource{Type: "machine", ID: "1", Properties: map[string]any{access.PropertyUnit: unit}},
	})
}
