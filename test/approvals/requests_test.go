// SPDX-License-Identifier: Apache-2.0

package approvals_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// ask makes a request as its requester and returns its name. Only its type is needed; further words name the
// unit, the beneficiary, a role and for how long, and attributes: "offer unit=east for=bob role=approver seconds=60 value=3".
func (w *world) ask(requester, text string) string {
	GinkgoHelper()
	request := w.asked(requester, text)
	Expect(users.As(requester).Create(w.Ctx, request)).To(Succeed())
	return request.Name
}

// asked returns the request that ask makes.
func (w *world) asked(requester, text string) *v1alpha1.ApprovalRequest {
	GinkgoHelper()
	words := strings.Fields(text)
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.Namespace, GenerateName: words[0] + "-"},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: w.Organization},
			RequestType:     v1alpha1.Name(words[0]), Requester: v1alpha1.UserID(requester),
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

// opens makes a request and waits until it is opened: then it waits for an approver, or has ended.
func (w *world) opens(requester, text string) string {
	GinkgoHelper()
	name := w.ask(requester, text)
	Eventually(func() bool {
		request := w.request(name)
		return request.Status.Chain != nil || request.Status.CompletionTime != nil
	}).Should(BeTrue(), "%s: %s", text, w.state(name))
	return name
}

func (w *world) request(name string) *v1alpha1.ApprovalRequest {
	GinkgoHelper()
	return w.Get("ApprovalRequest/" + name).(*v1alpha1.ApprovalRequest)
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

// stays expects that a request's state has such a part, once the manager has seen every change.
func (w *world) stays(name, part string) {
	GinkgoHelper()
	w.observed(name)
	Expect(w.state(name)).To(ContainSubstring(part))
}

// prober is a user who takes no part in any request.
const prober = "prober"

// observed waits until the manager has decided a request by every change before: it publishes them first, and then judges a
// decision that never counts. It writes the status of the request before that of the decision.
func (w *world) observed(name string) {
	GinkgoHelper()
	w.Published()
	probe := w.decisionOn(w.request(name), vote(prober+" withdraw"))
	probe.Name, probe.GenerateName = "", prober+"-"
	Expect(users.As(prober).Create(w.Ctx, probe)).To(Succeed())
	Eventually(func() metav1.ConditionStatus {
		return w.Condition("ApprovalDecision/"+probe.Name, v1alpha1.ConditionCounted).Status
	}).Should(Equal(metav1.ConditionFalse))
}

// pass sets the manager's clock ahead and has requests decided again: the timers that wait run by the machine's clock.
func (w *world) pass(d time.Duration, requests ...string) {
	GinkgoHelper()
	clock.Advance(d)
	for _, name := range requests {
		w.touch(name)
	}
}

// touch changes a request's metadata, which makes the manager look at it.
func (w *world) touch(name string) {
	GinkgoHelper()
	request := w.request(name)
	before := client.MergeFrom(request.DeepCopy())
	metav1.SetMetaDataAnnotation(&request.ObjectMeta, "touched", clock.Now().Format(time.RFC3339Nano))
	Expect(api.Patch(w.Ctx, request, before)).To(Succeed())
}

// expect waits until a condition of a request has a status, a reason, and a message with such a part: "False Revoked: by".
func (w *world) expect(name, conditionType, text string) {
	GinkgoHelper()
	w.expectOf("ApprovalRequest/"+name, conditionType, text)
}

func (w *world) expectOf(object, conditionType, text string) {
	GinkgoHelper()
	state, part, _ := strings.Cut(text, ": ")
	status, reason, _ := strings.Cut(state, " ")
	w.Expect(object, conditionType, metav1.ConditionStatus(status), reason, part)
}

// gone waits until a request does not exist any more.
func (w *world) gone(name string) {
	GinkgoHelper()
	key := client.ObjectKey{Namespace: w.Namespace, Name: name}
	Eventually(func() bool { return apierrors.IsNotFound(api.Get(w.Ctx, key, &v1alpha1.ApprovalRequest{})) }).Should(BeTrue())
}
