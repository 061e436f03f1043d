// SPDX-License-Identifier: Apache-2.0

package view

import (
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
)

// Overview is the first page of an organization.
type Overview struct {
	OrganizationRow
	Description string
	Catalog     model.Ref
	Plan        string
	Features    []string
	Permissions int
	Chains      []validation.ChainCoverage
}

// NewOverview returns the first page of an organization.
func NewOverview(o *state.Organization) *Overview {
	v := &Overview{
		OrganizationRow: NewOrganizationRow(o), Description: string(o.Members.Organization.Spec.Description),
		Catalog: model.Ref{Kind: model.KindCatalog, Name: o.Environment.Organization.Catalog}, Plan: o.Environment.Organization.Plan,
	}
	if o.Document != nil {
		v.Features, v.Permissions, v.Chains = o.Document.Features, len(o.Document.Permissions), o.Chains
	}
	return v
}
