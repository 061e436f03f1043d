// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// definedBy are the kinds of the objects that define what is named, by the reason of a finding that says it is unknown. Not among them
// are the reasons by which nobody loses a right that they had: without its organization or its catalog, nothing new is published, and
// managers and users are named in the same kind that defines them, of which events come in order.
var definedBy = map[string][]string{
	ReasonUnknownUnit:           {model.KindStructure},
	ReasonUnknownUnitGroup:      {model.KindStructure},
	ReasonUnknownUserGroup:      {model.KindGroup},
	ReasonUnknownConstraint:     {model.KindCatalog, model.KindStructure},
	ReasonUnknownSection:        {model.KindCatalog},
	ReasonUnknownPermission:     {model.KindCatalog},
	ReasonUnknownQualifier:      {model.KindCatalog},
	ReasonUnknownFeature:        {model.KindCatalog},
	ReasonUnknownEntitlement:    {model.KindCatalog},
	ReasonUnknownDimension:      {model.KindCatalog},
	ReasonUnknownDimensionValue: {model.KindCatalog},
	ReasonUnknownPlan:           {model.KindCatalog},
}

// Unknown returns the objects that would define what this resolution finds to be unknown, and the previous one did not, in order. A
// reference without a name stands for all objects of its kind in the organization's namespace. Previous may be nil.
func (r *Resolution) Unknown(previous *Resolution) []model.Ref {
	said := map[Finding]struct{}{}
	for f := range previous.unknown() {
		said[f] = struct{}{}
	}
	refs := map[model.Ref]struct{}{}
	for f := range r.unknown() {
		if _, already := said[f]; !already {
			for _, ref := range r.definitions(&f) {
				refs[ref] = struct{}{}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(refs), model.Ref.Compare)
}

// unknown yields the findings that say that something is unknown.
func (r *Resolution) unknown() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		if r == nil || r.Document == nil {
			return
		}
		for _, list := range [][]Finding{r.Findings, r.env.foundElsewhere} {
			for i := range list {
				if (list[i].Role.Name != "" || definedBy[list[i].Reason] != nil) && !yield(list[i]) {
					return
				}
			}
		}
	}
}

// definitions returns the objects that would define what a finding says is unknown.
func (r *Resolution) definitions(f *Finding) []model.Ref {
	namespace := r.env.organization.Namespace
	switch f.Role.Kind {
	case model.KindRole:
		return []model.Ref{{Kind: model.KindRole, Namespace: namespace, Name: f.Role.Name}}
	case model.KindPlatformRole:
		return []model.Ref{{Kind: model.KindPlatformRole, Name: f.Role.Name}}
	}
	refs := make([]model.Ref, 0, len(definedBy[f.Reason]))
	for _, kind := range definedBy[f.Reason] {
		ref := model.Ref{Kind: kind, Namespace: namespace}
		if kind == model.KindCatalog {
			ref = r.env.catalog.spec.Ref
		}
		refs = append(refs, ref)
	}
	return refs
}
