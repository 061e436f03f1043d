// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const (
	raiseYAML = `
kind: ApprovalChain
metadata: {name: raise}
spec:
  requestType: raise
  grantPolicy: {roles: {from: Listed, roleRefs: [{name: clerk}]}, beneficiaries: [Requester], maxDurationSeconds: 86400}
  steps:
  - {name: head, approvers: [{type: Users, users: [hugh, helen]}]}
`
	requestYAML = `
kind: ApprovalRequest
metadata: {name: icu}
spec:
  requestType: raise
  requester: anna
  unit: south
  grant: {roleRef: {name: clerk}, durationSeconds: 3600}
`
)

// everyKind are the objects of everyKindYAML and the decision about their request.
var everyKind = []string{
	"PermissionCatalog/", "PlatformRole/$world-auditor", "PlatformAssignment/$world-pia", "Organization/clinic",
	"OrganizationStructure/sites", "Role/head", "UserAssignment/anna", "UserGroup/night", "ApprovalChain/raise", "ApprovalRequest/icu",
	"ApprovalDecision/vote",
}

// everyKindYAML are objects of every kind but a decision, in which nothing is wrong.
func everyKindYAML() []string {
	return slices.Concat(everything, []string{
		auditor, platformAssignment("pia", auditing("{all: true}")), user("helen", "helen", ""),
		group("night", "  members: [anna]\n  grants: [{name: one, roleRef: {name: clerk}, scope: {units: [south]}}]"),
		raiseYAML, requestYAML,
	})
}

// decisionYAML is a decision of hugh's on a request of some UID, about a chain of some digest.
func decisionYAML(name, uid, digest string) string {
	return fmt.Sprintf("kind: ApprovalDecision\nmetadata: {name: %s}\nspec:\n  requestRef: {name: icu, uid: %s}\n  step: head\n"+
		"  approver: hugh\n  verdict: Approve\n  digest: %s\n", name, uid, digest)
}

// anyDigest is that of no chain.
var anyDigest = "sha256:" + strings.Repeat("0", 64)

// request reads the request.
func (w *world) request() *v1alpha1.ApprovalRequest {
	GinkgoHelper()
	return w.Get("ApprovalRequest/icu").(*v1alpha1.ApprovalRequest)
}

// approve has hugh approve the request, and waits until anna holds the role.
func (w *world) approve() {
	GinkgoHelper()
	Eventually(func() *v1alpha1.RequestChain { return w.request().Status.Chain }).ShouldNot(BeNil())
	request := w.request()
	w.Apply(decisionYAML("vote", string(request.UID), string(request.Status.Chain.Digest)))
	w.Expect("ApprovalRequest/icu", "Completed", metav1.ConditionTrue, "Approved", "")
	w.Expect("ApprovalRequest/icu", "Published", metav1.ConditionTrue, "Published", "")
	w.Expect("ApprovalRequest/icu", "Ready", metav1.ConditionTrue, "Approved", "")
	w.Expect("ApprovalDecision/vote", "Ready", metav1.ConditionTrue, "Counted", "")
}

// newWorldOfEveryKind creates an organization with objects of every kind, and waits until all of them take effect.
func newWorldOfEveryKind() *world {
	GinkgoHelper()
	w := newWorld()
	// The request is made once its chain and its people are known.
	objects := everyKindYAML()
	w.Apply(objects[:len(objects)-1]...)
	w.Published()
	w.Apply(requestYAML)
	w.approve()
	w.Published()
	w.settleStatuses("PermissionCatalog/", "PlatformAssignment/$world-pia", "ApprovalChain/raise", "ApprovalRequest/icu")
	return w
}
