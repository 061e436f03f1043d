// SPDX-License-Identifier: Apache-2.0

package badobjects

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// What a request keeps of a chain stays valid whatever rules chains get: else no status of a request could be written any more
// that was opened before there were these rules.
var _ = It("Rules of chains do not apply to what requests keep of them", func(ctx SpecContext) {
	world := clustertest.NewWorld(cluster, "")
	request := &v1alpha1.ApprovalRequest{}
	request.Namespace, request.Name = world.Namespace, "kept"
	request.Spec = v1alpha1.ApprovalRequestSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: "none"}, RequestType: "order", Requester: goodUser,
	}
	Expect(cluster.Create(ctx, request)).To(Succeed())
	const odd = "-no name, no user id and no word of a chain: \t"
	someone := []v1alpha1.RequestSelector{{
		Type: odd, RoleRef: &v1alpha1.ObservedRole{Kind: odd, Name: odd}, Match: odd, NearestUnitKind: odd, GroupName: odd,
		Users: []v1alpha1.Observed{odd, odd}, LineOf: odd, Level: 1000, AboveLevel: 1000,
	}}
	request.Status = v1alpha1.ApprovalRequestStatus{
		State: v1alpha1.RequestPending,
		Chain: &v1alpha1.RequestChain{
			Name: odd, UID: odd, Generation: 1, Digest: "sha256:0123456789012345678901234567890123456789012345678901234567890123",
			Order: odd, DistinctApprovers: odd, BypassPermission: odd, OnBehalfPermission: odd, ManagePermission: odd, TTLSecondsAfterFinished: new(int64(0)),
			Steps: []v1alpha1.RequestStep{{
				Name: odd, Disposition: v1alpha1.StepAsked, ApprovalMode: odd, RequiredApprovals: 1000, RequiredDenials: 1000,
				Approvers:         []v1alpha1.RequestApprover{{User: odd, Pool: v1alpha1.PoolEscalation, AfterSeconds: 1000000000}},
				ApproverSelectors: someone, FallbackSelectors: someone,
				Timeouts:  []v1alpha1.RequestTimeout{{AfterSeconds: 1000000000, Action: odd, ApproverSelectors: someone}},
				Reminders: []v1alpha1.RequestReminder{{AfterSeconds: 1000000000}},
			}},
		},
		Steps: []v1alpha1.StepProgress{{
			Name: odd, State: v1alpha1.StepOpen, WaitingFor: []v1alpha1.Observed{odd},
		}},
	}
	Eventually(func() error {
		latest := &v1alpha1.ApprovalRequest{}
		if err := cluster.Get(ctx, client.ObjectKeyFromObject(request), latest); err != nil {
			return err
		}
		latest.Status = request.Status
		return cluster.Status().Update(ctx, latest)
	}).Should(Succeed())
})
