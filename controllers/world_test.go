// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// world is a namespace with one organization, clinic, and a catalog of the namespace's name.
type world struct {
	namespace string
	ctx       context.Context
}

const organization = "clinic"

func newWorld() *world {
	GinkgoHelper()
	// The context of a BeforeEach ends with it; a world lives as long as the spec.
	ctx, cancel := context.WithCancel(context.Background())
	DeferCleanup(cancel)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "world-"}}
	Expect(api.Create(ctx, namespace)).To(Succeed())
	return &world{namespace: namespace.Name, ctx: ctx}
}

// apply creates or changes objects that are written in YAML, in the order given. $world stands for the namespace, which
// is the catalog's name too; apiVersion, namespace, and the catalog's name need not be written.
func (w *world) apply(documents ...string) {
	GinkgoHelper()
	for _, doc := range documents {
		for text := range strings.SplitSeq(doc, "\n---\n") {
			object := &unstructured.Unstructured{}
			Expect(yaml.UnmarshalStrict([]byte(strings.ReplaceAll(text, "$world", w.namespace)), &object.Object)).To(Succeed())
			object.SetAPIVersion(v1alpha1.GroupVersion.String())
			switch object.GetKind() {
			case "PermissionCatalog":
				object.SetName(w.namespace)
			case "PlatformRole", "PlatformAssignment":
				w.outlivesNoSpec(object)
			default:
				object.SetNamespace(w.namespace)
			}
			Expect(api.Apply(w.ctx, client.ApplyConfigurationFromUnstructured(object),
				client.FieldOwner("test"), client.ForceOwnership)).To(Succeed())
		}
	}
}

// get reads an object by kind and name.
func (w *world) get(kind, name string) client.Object {
	GinkgoHelper()
	var object client.Object
	key := client.ObjectKey{Namespace: w.namespace, Name: strings.ReplaceAll(name, "$world", w.namespace)}
	switch kind {
	case "PermissionCatalog":
		object, key = &v1alpha1.PermissionCatalog{}, client.ObjectKey{Name: w.namespace}
	case "Organization":
		object = &v1alpha1.Organization{}
	case "Role":
		object = &v1alpha1.Role{}
	case "UserAssignment":
		object = &v1alpha1.UserAssignment{}
	case "UserGroup":
		object = &v1alpha1.UserGroup{}
	case "PlatformRole":
		object, key.Namespace = &v1alpha1.PlatformRole{}, ""
	case "PlatformAssignment":
		object, key.Namespace = &v1alpha1.PlatformAssignment{}, ""
	case "ConfigMap":
		object = &corev1.ConfigMap{}
	}
	Expect(api.Get(w.ctx, key, object)).To(Succeed())
	return object
}

func (w *world) delete(kind, name string) {
	GinkgoHelper()
	Expect(api.Delete(w.ctx, w.get(kind, name))).To(Succeed())
}

// condition reads a condition of an object, as it is in the status for the object's present generation. It is empty as
// long as there is none.
func (w *world) condition(kind, name, conditionType string) metav1.Condition {
	GinkgoHelper()
	var conditions []metav1.Condition
	object := w.get(kind, name)
	switch o := object.(type) {
	case *v1alpha1.PermissionCatalog:
		conditions = o.Status.Conditions
	case *v1alpha1.Organization:
		conditions = o.Status.Conditions
	case *v1alpha1.Role:
		conditions = o.Status.Conditions
	case *v1alpha1.UserAssignment:
		conditions = o.Status.Conditions
	case *v1alpha1.UserGroup:
		conditions = o.Status.Conditions
	case *v1alpha1.PlatformRole:
		conditions = o.Status.Conditions
	case *v1alpha1.PlatformAssignment:
		conditions = o.Status.Conditions
	}
	found := meta.FindStatusCondition(conditions, conditionType)
	if found == nil || found.ObservedGeneration != object.GetGeneration() {
		return metav1.Condition{}
	}
	return *found
}

// expect waits for a condition to have a status, a reason, and a message with such a part.
func (w *world) expect(kind, name, conditionType string, status metav1.ConditionStatus, reason, part string) {
	GinkgoHelper()
	Eventually(func() string {
		c := w.condition(kind, name, conditionType)
		return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
	}).Should(And(HavePrefix("%s %s: ", status, reason), ContainSubstring(part)))
}

// published waits until readers see every object as it is now.
func (w *world) published() {
	GinkgoHelper()
	w.expect("Organization", organization, v1alpha1.ConditionPublished, metav1.ConditionTrue, "Published", "")
	roles, assignments, groups := &v1alpha1.RoleList{}, &v1alpha1.UserAssignmentList{}, &v1alpha1.UserGroupList{}
	Expect(api.List(w.ctx, roles, client.InNamespace(w.namespace))).To(Succeed())
	Expect(api.List(w.ctx, groups, client.InNamespace(w.namespace))).To(Succeed())
	Expect(api.List(w.ctx, assignments, client.InNamespace(w.namespace))).To(Succeed())
	for i := range roles.Items {
		w.expect("Role", roles.Items[i].Name, v1alpha1.ConditionPublished, metav1.ConditionTrue, "Published", "")
	}
	for i := range assignments.Items {
		w.expect("UserAssignment", assignments.Items[i].Name, v1alpha1.ConditionPublished, metav1.ConditionTrue, "Published", "")
	}
	for i := range groups.Items {
		w.expect("UserGroup", groups.Items[i].Name, v1alpha1.ConditionPublished, metav1.ConditionTrue, "Published", "")
	}
}

// configMap reads what is published.
func (w *world) configMap() *corev1.ConfigMap {
	GinkgoHelper()
	return w.get("ConfigMap", organization+"-permissions").(*corev1.ConfigMap)
}

// configMaps lists the ConfigMaps of the world, without what Kubernetes itself puts there.
func (w *world) configMaps() []corev1.ConfigMap {
	GinkgoHelper()
	list := &corev1.ConfigMapList{}
	Expect(api.List(w.ctx, list, client.InNamespace(w.namespace))).To(Succeed())
	return slices.DeleteFunc(list.Items, func(c corev1.ConfigMap) bool { return c.Name == "kube-root-ca.crt" })
}

// read reads what is published, with all its shards, as an application does.
func (w *world) read() (*document.Publication, *document.Document) {
	GinkgoHelper()
	configMap := w.configMap()
	publication, err := document.ParsePublication([]byte(configMap.Data[document.PublicationKey]))
	Expect(err).NotTo(HaveOccurred())
	doc, err := publication.Assemble(func(part document.Part) ([]byte, error) {
		if part.ConfigMap == "" {
			return []byte(configMap.Data[part.Name]), nil
		}
		shard := &corev1.ConfigMap{}
		err := api.Get(w.ctx, client.ObjectKey{Namespace: w.namespace, Name: part.ConfigMap}, shard)
		return []byte(shard.Data[part.Name]), err
	})
	Expect(err).NotTo(HaveOccurred())
	return publication, doc
}

// publication reads the index of what is published.
func (w *world) publication() *document.Publication {
	GinkgoHelper()
	publication, _ := w.read()
	return publication
}

// may decides by what is published, as an application does. A question is "user permission unit", with further
// properties of the resource as name=value.
func (w *world) may(question string) bool {
	GinkgoHelper()
	_, doc := w.read()
	index, err := engine.NewIndex(doc)
	Expect(err).NotTo(HaveOccurred())
	words := strings.Fields(question)
	properties := map[string]any{access.PropertyUnit: words[2]}
	for _, property := range words[3:] {
		name, value, _ := strings.Cut(property, "=")
		properties[name] = value
	}
	return index.Check(&access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: words[0]},
		Action:   access.Action{Name: words[1]},
		Resource: access.Resource{Type: "order", ID: "1", Properties: properties},
	})
}

// yes and no wait until what is published answers so.
func (w *world) yes(questions ...string) {
	GinkgoHelper()
	for _, question := range questions {
		Eventually(w.may).WithArguments(question).Should(BeTrue(), question)
	}
}

func (w *world) no(questions ...string) {
	GinkgoHelper()
	for _, question := range questions {
		Eventually(w.may).WithArguments(question).Should(BeFalse(), question)
	}
}

// The objects that specs start from.
const (
	catalogYAML = `
kind: PermissionCatalog
spec:
  sections: [{name: orders}, {name: staff}]
  permissions:
  - {name: orders.view, section: orders}
  - {name: orders.approve, section: orders}
  - {name: staff.view, section: staff}
  - {name: staff.hire, section: staff}
  - {name: platform.audit, section: staff, level: Platform}
  qualifiers:
  - {name: own, expression: resource.properties.owner == subject.id}
  features: [{name: reports}]
`
	organizationYAML = `
kind: Organization
metadata: {name: clinic}
spec:
  catalogRef: {name: $world}
  units:
  - {name: all}
  - {name: north, parent: all}
  - {name: icu, parent: north}
  - {name: south, parent: all}
  unitGroups:
  - {name: pilots, units: [south]}
`
	clerkYAML = `
kind: Role
metadata: {name: clerk}
spec:
  organizationRef: {name: clinic}
  rules:
  - {permissions: [orders.view]}
  - {permissions: [orders.approve], qualifiers: [own]}
`
	headYAML = `
kind: Role
metadata: {name: head}
spec:
  organizationRef: {name: clinic}
  inherits: [{roleRef: {name: clerk}}]
  rules:
  - {sections: [staff]}
`
	annaYAML = `
kind: UserAssignment
metadata: {name: anna}
spec:
  organizationRef: {name: clinic}
  user: anna
  grants:
  - {roleRef: {name: clerk}, scope: {units: [north]}}
`
	hughYAML = `
kind: UserAssignment
metadata: {name: hugh}
spec:
  organizationRef: {name: clinic}
  user: hugh
  grants:
  - {roleRef: {name: head}, scope: {everywhere: true}}
`
)

// everything is all of them; whoever applies it has a world in which nothing is wrong.
var everything = []string{catalogYAML, organizationYAML, clerkYAML, headYAML, annaYAML, hughYAML}
