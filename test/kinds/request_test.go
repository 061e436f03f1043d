// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// makeRequest makes a request in the sample contracts, on which one approver has decided and another has not.
func makeRequest(ctx SpecContext) {
	GinkgoHelper()
	const approver, step = "ben@contracts.example", "location"
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "contracts", Name: "mri"},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "contracts"}, RequestType: "contract",
			Requester: "amy@contracts.example", Unit: "hospital-1", Justification: "The scanner's service ends in May.",
			Attributes: v1alpha1.Attributes{
				"annualValue": apiextensionsv1.JSON{Raw: []byte("300000")}, "contractType": apiextensionsv1.JSON{Raw: []byte(`"on-call"`)},
			},
		},
	}
	Expect(cluster.Create(ctx, request)).To(Succeed())
	Eventually(func() (*v1alpha1.RequestChain, error) {
		err := cluster.Get(ctx, client.ObjectKeyFromObject(request), request)
		return request.Status.Chain, err
	}).WithContext(ctx).ShouldNot(BeNil())
	Expect(cluster.Create(ctx, &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, Name: "mri-x7k2p"},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Step:       step, Approver: approver, Verdict: v1alpha1.VerdictApprove, Digest: request.Status.Chain.Digest,
			Comment: "The price is fair.",
		},
	})).To(Succeed())
}
