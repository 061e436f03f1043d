// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Wish is what a person asks for, as they wrote it.
type Wish struct {
	Type, Role, Unit, Scope, Duration, From string
	Beneficiary, Justification              string
	// Attributes hold a NAME=VALUE on each line.
	Attributes string
	// Renew names the request whose role is to be prolonged; then only Duration, From and Justification are asked.
	Renew string
	// Requester is who would ask, where nobody is logged in who could.
	Requester string
}

// Request returns the request of the wish, without name.
func (a *Asking) Request(o *state.Organization, renewed *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalRequest, error) {
	spec, err := a.spec(renewed)
	if err != nil {
		return nil, err
	}
	spec.OrganizationRef.Name = o.Name
	request := requests.By(cmp.Or(a.User, v1alpha1.UserID(strings.TrimSpace(a.Requester))), spec)
	request.Namespace = o.Namespace
	return request, nil
}

func (a *Asking) spec(renewed *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalRequestSpec, error) {
	during, err := a.during()
	if err != nil {
		return nil, err
	}
	if renewed != nil {
		return requests.Renew(renewed, during, a.Justification)
	}
	spec := &v1alpha1.ApprovalRequestSpec{
		RequestType: v1alpha1.Name(strings.TrimSpace(a.Type)), Beneficiary: v1alpha1.UserID(strings.TrimSpace(a.Beneficiary)),
		Unit: v1alpha1.Name(strings.TrimSpace(a.Unit)), Justification: v1alpha1.Description(a.Justification),
	}
	if spec.RequestType == "" {
		return nil, texts.NoRequestType(a.Types)
	}
	if spec.Attributes, err = requests.ParseAttributes(lines(a.Attributes)); err != nil {
		return nil, texts.InField(texts.FieldAttributes, err)
	}
	if _, twice := spec.Attributes[access.PropertyUnit]; twice {
		return nil, texts.OwnField(access.PropertyUnit)
	}
	if strings.TrimSpace(a.Role) == "" {
		if a.Scope != "" || a.Duration != "" || a.From != "" {
			return nil, texts.ErrGrantNoRole
		}
		return spec, nil
	}
	spec.Grant = &during
	spec.Grant.RoleRef = requests.ParseRole(strings.TrimSpace(a.Role))
	if parts := strings.Fields(a.Scope); len(parts) > 0 {
		if spec.Grant.Scope, err = requests.ParseScope(parts); err != nil {
			return nil, texts.InField(texts.FieldScope, err)
		}
	}
	return spec, nil
}

// during returns a grant with nothing but its duration and its start.
func (a *Asking) during() (v1alpha1.RequestedGrant, error) {
	var grant v1alpha1.RequestedGrant
	if strings.TrimSpace(a.Duration) != "" {
		seconds, err := requests.ParseDuration(a.Duration)
		if err != nil {
			return grant, texts.InField(texts.FieldDuration, err)
		}
		grant.DurationSeconds = seconds
	}
	if a.From != "" {
		from, err := parseMoment(a.From)
		if err != nil {
			return grant, texts.InField(texts.FieldFrom, err)
		}
		grant.StartTime = &metav1.Time{Time: from}
	}
	return grant, nil
}
