// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
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
	if o.requestType != "" && o.requestType != string(renewed.Spec.RequestType) {
		return usagef("request %s is of the type %s: leave out %s", renewed.Name, renewed.Spec.RequestType, o.requestType)
	}
	o.requestType, o.organization.name = string(renewed.Spec.RequestType), renewed.Spec.OrganizationRef.Name
	grant, err := o.request.toDuration()
	if err != nil {
		return err
	}
	spec, err := requests.Renew(renewed, *grant, o.request.justification)
	if err != nil {
		return err
	}
	spec.Requester = v1alpha1.UserID(o.request.requester)
	o.spec = *spec
	return nil
}
