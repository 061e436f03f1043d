// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// readRenewed makes the request one that prolongs the role of another, if the flag names one.
func (o *requestOptions) readRenewed(ctx context.Context, c *approvalClient) error {
	if o.renew == "" {
		return nil
	}
	renewed, err := c.getRequest(ctx, requestName(o.renew))
	if err != nil {
		return err
	}
	if renewed.Spec.Grant == nil {
		return fmt.Errorf("request %s is not for a role: there is nothing to prolong", renewed.Name)
	}
	if o.requestType != "" && o.requestType != string(renewed.Spec.RequestType) {
		return usagef("request %s is of the type %s: leave out %s", renewed.Name, renewed.Spec.RequestType, o.requestType)
	}
	o.requestType, o.organization.name = string(renewed.Spec.RequestType), renewed.Spec.OrganizationRef.Name
	grant, err := o.request.toDuration()
	if err != nil {
		return err
	}
	if grant.DurationSeconds == 0 {
		grant.DurationSeconds = renewed.Spec.Grant.DurationSeconds
	}
	grant.RoleRef, grant.Scope = renewed.Spec.Grant.RoleRef, renewed.Spec.Grant.Scope
	grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: renewed.Name, UID: string(renewed.UID)}
	spec := renewed.Spec.DeepCopy()
	spec.Requester, spec.Grant = v1alpha1.UserID(o.request.requester), grant
	if spec.Beneficiary == "" {
		spec.Beneficiary = renewed.Spec.Requester
	}
	if o.request.justification != "" {
		spec.Justification = v1alpha1.Description(o.request.justification)
	}
	o.spec = *spec
	return nil
}
