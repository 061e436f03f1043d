// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
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

// world is a namespace with an organization.
type world struct {
	namespace, organization string
	ctx                     context.Context
}

// newWorld is a namespace of a spec's own, for an organization office.
func newWorld() *world {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "world-"}}
	Expect(api.Create(context.Background(), namespace)).To(Succeed())
	return &world{namespace: namespace.Name, organization: "office", ctx: context.Background()}
}

// newOffice is a world with the office, in which some chains say what passes.
func newOffice(chains ...string) *world {
	GinkgoHelper()
	w := newWorld()
	w.apply(officeYAML)
	w.apply(chains...)
	w.settled()
	return w
}

// apply creates or changes objects that are written in YAML. $world stands for the namespace; apiVersion, namespace, the name of
// the catalog and the reference to the organization need not be written.
func (w *world) apply(documents ...string) {
	GinkgoHelper()
	for _, doc := range documents {
		for text := range strings.SplitSeq(doc, "\n---\n") {
			object := &unstructured.Unstructured{}
			Expect(yaml.UnmarshalStrict([]byte(strings.ReplaceAll(text, "$world", w.namespace)), &object.Object)).To(Succeed(), text)
			object.SetAPIVersion(v1alpha1.GroupVersion.String())
			switch object.GetKind() {
			case "PermissionCatalog":
				object.SetName(w.namespace)
			case "Organization":
				object.SetNamespace(w.namespace)
			default:
				object.SetNamespace(w.namespace)
				Expect(unstructured.SetNestedField(object.Object, w.organization, "spec", "organizationRef", "name")).To(Succeed())
			}
			Expect(api.Apply(w.ctx, client.ApplyConfigurationFromUnstructured(object),
				client.FieldOwner("test"), client.ForceOwnership)).To(Succeed())
		}
	}
}

// settled waits until the chains and assignments are resolved as they are, and published.
func (w *world) settled() {
	GinkgoHelper()
	chains, assignments := &v1alpha1.ApprovalChainList{}, &v1alpha1.UserAssignmentList{}
	Eventually(func() string {
		Expect(api.List(w.ctx, chains, client.InNamespace(w.namespace))).To(Succeed())
		Expect(api.List(w.ctx, assignments, client.InNamespace(w.namespace))).To(Succeed())
		for i := range chains.Items {
			if c := conditionOf(chains.Items[i].Status.Conditions, v1alpha1.ConditionPublished); !current(c, chains.Items[i].Generation) {
				return fmt.Sprintf("chain %s: %+v", chains.Items[i].Name, c)
			}
		}
		for i := range assignments.Items {
			if c := conditionOf(assignments.Items[i].Status.Conditions, v1alpha1.ConditionPublished); !current(c, assignments.Items[i].Generation) {
				return fmt.Sprintf("assignment %s: %+v", assignments.Items[i].Name, c)
			}
		}
		return ""
	}).Should(BeEmpty())
}

func current(c metav1.Condition, generation int64) bool {
	return c.Status == metav1.ConditionTrue && c.ObservedGeneration == generation
}

// conditionOf is a condition, empty as long as there is none.
func conditionOf(conditions []metav1.Condition, kind string) metav1.Condition {
	if found := meta.FindStatusCondition(conditions, kind); found != nil {
		return *found
	}
	return metav1.Condition{}
}

// ask makes a request as its requester and returns its name. Of what is asked only the type is needed; further words name the
// unit, the beneficiary, a role and for how long, and attributes: "offer unit=east for=bob role=approver seconds=60 value=3".
func (w *world) ask(requester, text string) string {
	GinkgoHelper()
	request := w.asked(requester, text)
	Expect(as(requester).Create(w.ctx, request)).To(Succeed())
	return request.Name
}

func (w *world) asked(requester, text string) *v1alpha1.ApprovalRequest {
	GinkgoHelper()
	words := strings.Fields(text)
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, GenerateName: words[0] + "-"},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: w.organization},
			Type:            v1alpha1.Name(words[0]), Requester: v1alpha1.UserID(requester),
		},
	}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "name":
			request.GenerateName, request.Name = "", value
		case "unit":
			request.Spec.Unit = v1alpha1.Name(value)
		case "for":
			request.Spec.Beneficiary = v1alpha1.UserID(value)
		case "role":
			request.Spec.Grant = &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: value}, DurationSeconds: 3600}
		case "seconds":
			Expect(json.Unmarshal([]byte(value), &request.Spec.Grant.DurationSeconds)).To(Succeed())
		default:
			if request.Spec.Attributes == nil {
				request.Spec.Attributes = v1alpha1.Attributes{}
			}
			request.Spec.Attributes[name] = apiextensionsv1.JSON{Raw: []byte(value)}
		}
	}
	return request
}

// opens makes a request and waits until it is opened: then it waits for someone, or has ended.
func (w *world) opens(requester, text string) string {
	GinkgoHelper()
	name := w.ask(requester, text)
	Eventually(func() bool {
		request := w.request(name)
		return request.Status.Chain != nil || request.Status.Ended != nil
	}).Should(BeTrue(), "%s: %s", text, w.state(name))
	return name
}

func (w *world) request(name string) *v1alpha1.ApprovalRequest {
	GinkgoHelper()
	request := &v1alpha1.ApprovalRequest{}
	Expect(api.Get(w.ctx, client.ObjectKey{Namespace: w.namespace, Name: name}, request)).To(Succeed())
	return request
}

// state is what people read in a table: the state, and whom the request waits for, or why it ended.
func (w *world) state(name string) string {
	GinkgoHelper()
	s := w.request(name).Status
	if s.WaitingFor != "" {
		return fmt.Sprintf("%s; %s", s.State, s.WaitingFor)
	}
	return fmt.Sprintf("%s; %s", s.State, s.Message)
}

// becomes waits until a request's state has such a part.
func (w *world) becomes(name, part string) {
	GinkgoHelper()
	Eventually(w.state).WithArguments(name).Should(ContainSubstring(part))
}

// stays looks for a while that it keeps such a part.
func (w *world) stays(name, part string) {
	GinkgoHelper()
	w.becomes(name, part)
	Consistently(w.state).WithArguments(name).Should(ContainSubstring(part))
}

// pass puts the manager's clock ahead and has requests looked at again: the timers that wait run by the machine's clock.
func (w *world) pass(d time.Duration, requests ...string) {
	GinkgoHelper()
	ahead.Add(int64(d))
	DeferCleanup(func() { ahead.Store(0) })
	for _, name := range requests {
		w.touch(name)
	}
}

// touch changes a request's metadata, which makes the manager look at it.
func (w *world) touch(name string) {
	GinkgoHelper()
	request := w.request(name)
	before := client.MergeFrom(request.DeepCopy())
	metav1.SetMetaDataAnnotation(&request.ObjectMeta, "touched", now().Format(time.RFC3339Nano))
	Expect(api.Patch(w.ctx, request, before)).To(Succeed())
}

// condition is a condition of a request: "True Granted: …".
func (w *world) condition(name, kind string) string {
	GinkgoHelper()
	c := conditionOf(w.request(name).Status.Conditions, kind)
	return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
}

func (w *world) expect(name, kind, part string) {
	GinkgoHelper()
	Eventually(w.condition).WithArguments(name, kind).Should(ContainSubstring(part))
}

// read reads what is published, as an application does.
func (w *world) read() (*document.Publication, *document.Document) {
	GinkgoHelper()
	configMap := &corev1.ConfigMap{}
	Expect(api.Get(w.ctx, client.ObjectKey{Namespace: w.namespace, Name: w.organization + document.ConfigMapSuffix}, configMap)).To(Succeed())
	publication, doc, err := document.ReadPublication(configMap.Data)
	Expect(err).NotTo(HaveOccurred())
	return publication, doc
}

// may decides at a moment by what is published.
func (w *world) may(moment time.Time, user, permission, unit string) bool {
	GinkgoHelper()
	return w.mayAll(moment, user, unit, permission)[0]
}

// mayAll decides several permissions at a moment by one state of what is published.
func (w *world) mayAll(moment time.Time, user, unit string, names ...string) []bool {
	GinkgoHelper()
	_, doc := w.read()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return moment }))
	Expect(err).NotTo(HaveOccurred())
	decisions := make([]bool, len(names))
	for i, name := range names {
		decisions[i] = index.Check(&access.Request{
			Subject:  access.Subject{Type: access.SubjectTypeUser, ID: user},
			Action:   access.Action{Name: name},
			Resource: access.Resource{Type: "thing", ID: "1", Properties: map[string]any{access.PropertyUnit: unit}},
		})
	}
	return decisions
}

// gone waits until a request does not exist any more.
func (w *world) gone(name string) {
	GinkgoHelper()
	Eventually(func() bool {
		return apierrors.IsNotFound(api.Get(w.ctx, client.ObjectKey{Namespace: w.namespace, Name: name}, &v1alpha1.ApprovalRequest{}))
	}).Should(BeTrue())
}

// officeYAML is an organization with a site of two branches. Ben and bea are approvers everywhere, cem in the east, vic is
// vice, which ranks above approver; dan may decide on behalf of others, and ann, max and eve hold nothing. The clerks are a
// group whose default is kim, and ann is a member. Nobody is auditor and approver at once.
const officeYAML = `kind: PermissionCatalog
spec:
  sections: [{name: work}]
  permissions: [{name: approve, section: work}, {name: audit, section: work}, {name: on-behalf, section: work}]
---
kind: Organization
metadata: {name: office}
spec:
  catalogRef: {name: $world}
  units: [{name: site}, {name: east, parent: site}, {name: west, parent: site}]
  constraints:
  - name: apart
    enforcement: Enforce
    separationOfDuties: {atMost: 1, duties: [{name: approve, roles: [{name: approver}]}, {name: audit, roles: [{name: auditor}]}]}
---
kind: Role
metadata: {name: approver}
spec: {rules: [{permissions: [approve]}]}
---
kind: Role
metadata: {name: vice}
spec: {inherits: [{roleRef: {name: approver}}]}
---
kind: Role
metadata: {name: auditor}
spec: {rules: [{permissions: [audit]}]}
---
kind: Role
metadata: {name: delegate}
spec: {rules: [{permissions: [on-behalf]}]}
---
kind: UserGroup
metadata: {name: clerks}
spec: {members: [ann, kim, jon], defaultMember: kim}
---
kind: UserAssignment
metadata: {name: ann}
spec: {user: ann, manager: max}
---
kind: UserAssignment
metadata: {name: max}
spec: {user: max}
---
kind: UserAssignment
metadata: {name: eve}
spec: {user: eve}
---
kind: UserAssignment
metadata: {name: ben}
spec: {user: ben, grants: [{roleRef: {name: approver}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: bea}
spec: {user: bea, grants: [{roleRef: {name: approver}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: cem}
spec: {user: cem, grants: [{roleRef: {name: approver}, scope: {units: [east]}}]}
---
kind: UserAssignment
metadata: {name: vic}
spec: {user: vic, grants: [{roleRef: {name: vice}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: dan}
spec: {user: dan, grants: [{roleRef: {name: delegate}, scope: {everywhere: true}}]}`

// assignment is someone's assignment with the rest of its spec.
func assignment(user, rest string) string {
	return fmt.Sprintf("kind: UserAssignment\nmetadata: {name: %s}\nspec: {user: %[1]s%s}", user, rest)
}

// chain is one with the rest of its spec, for requests of the type that it is named after.
func chain(name, rest string) string {
	return fmt.Sprintf("kind: ApprovalChain\nmetadata: {name: %s}\nspec:\n  requestType: %[1]s\n%s", name, rest)
}

// approversTwo asks for two approvers.
const approversTwo = "  steps: [{name: location, quorum: 2, approvers: [{role: {roleRef: {name: approver}}}]}]"

// approverOne asks for one, and lets delegates decide for approvers.
const approverOne = "  onBehalfPermission: on-behalf\n  steps: [{name: location, approvers: [{role: {roleRef: {name: approver}}}]}]"
