// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/internal/suggest"
)

// reportRole prints which role was probably meant, if the request is for none that a chain gives, and returns the exit status. The
// chains are all that people who ask may read of roles.
func (o *requestOptions) reportRole(ctx context.Context, c *approvalClient, request *v1alpha1.ApprovalRequest) error {
	denied := request.Status.State == v1alpha1.RequestDenied
	waits := meta.IsStatusConditionPresentAndEqual(request.Status.Conditions, v1alpha1.ConditionResolvedRefs, metav1.ConditionFalse)
	if request.Spec.Grant == nil || !denied && !waits {
		return exitStatus(!denied)
	}
	var named []string
	err := list(ctx, c.client, requesterRole, func(page *v1alpha1.ApprovalChainList) {
		for i := range page.Items {
			if policy := page.Items[i].Spec.GrantPolicy; policy != nil && page.Items[i].Spec.RequestType == request.Spec.RequestType {
				named = append(named, requests.NamedRoles(&policy.Roles)...)
			}
		}
	}, o.input.inNamespace(c.namespace))
	asked := request.Spec.Grant.RoleRef.Name
	if meant := suggest.Closest(asked, named); err == nil && meant != "" && meant != asked {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "hint: did you mean role %q?\n", meant)
	}
	return exitStatus(!denied)
}
