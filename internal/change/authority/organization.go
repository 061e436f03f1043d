// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// byRBAC is why an act is refused that no administration rule is about.
const byRBAC = "administration rules do not reach it: it takes the verb administer on organizations of rolewright.dev, in Kubernetes RBAC"

// readOrganization judges what is changed of the organization itself.
func (j *judge) readOrganization(was, is *v1alpha1.Organization) {
	switch {
	case was == is:
		return
	case was == nil || is == nil:
		j.refuse(refOf(model.KindOrganization, was, is), "", verb(was, is)+" the organization", byRBAC)
		return
	}
	ref := refOf(model.KindOrganization, was, is)
	specs := [states]v1alpha1.OrganizationSpec{*was.Spec.DeepCopy(), *is.Spec.DeepCopy()}
	for _, part := range []struct {
		word, field string
		of          func(*v1alpha1.OrganizationSpec) any
	}{
		{document.SubscriptionCatalog, "spec.catalogRef", func(s *v1alpha1.OrganizationSpec) any { return s.CatalogRef }},
		{document.SubscriptionPlan, "spec.plan", func(s *v1alpha1.OrganizationSpec) any { return s.Plan }},
		{document.SubscriptionFeatures, "spec.features", func(s *v1alpha1.OrganizationSpec) any { return s.Features }},
		{document.SubscriptionCatalogWaivers, "spec.waivers", func(s *v1alpha1.OrganizationSpec) any { return s.Waivers }},
	} {
		if !reflect.DeepEqual(part.of(&specs[before]), part.of(&specs[after])) {
			j.subscribes(ref, part.field, part.word)
		}
	}
	if !maps.Equal(was.Labels, is.Labels) {
		j.subscribes(ref, "metadata.labels", document.SubscriptionLabels)
	}
	for state := range specs {
		s := &specs[state]
		s.CatalogRef, s.Plan, s.Features, s.Waivers = v1alpha1.CatalogReference{}, "", nil, nil
	}
	if !reflect.DeepEqual(specs[before], specs[after]) {
		writes(j, model.KindOrganization, was, is, document.ResourceSettings, "spec")
	}
}

// subscribes judges that a part of what the platform settles with the organization is changed.
func (j *judge) subscribes(ref model.Ref, field, word string) {
	j.act(ref, field, "change "+field, func(h *held) refusal {
		switch {
		case !slices.Contains(h.Rule.Subscription, word):
			return administration.Refuse(administration.LacksWord, "%s in subscription, of a role that is assignable to the platform", word)
		case !h.Platform:
			return administration.Refuse(administration.LacksPlace, "the role is not assignable to the platform")
		}
		return refusal{}
	})
}

// readPlatform refuses changes of what is not the organization's.
func (j *judge) readPlatform(was, is *intake.Members) {
	if was.Organization != nil && is.Organization != nil && was.Organization.Spec.CatalogRef == is.Organization.Spec.CatalogRef {
		pairs(single(was.Catalog), single(is.Catalog), func(was, is *v1alpha1.PermissionCatalog) {
			j.refuse(refOf(model.KindCatalog, was, is), "", verb(was, is)+" it", byRBAC)
		})
	}
	pairs(pointers(was.PlatformRoles), pointers(is.PlatformRoles), func(was, is *v1alpha1.PlatformRole) {
		j.refuse(refOf(model.KindPlatformRole, was, is), "", verb(was, is)+" it", byRBAC)
	})
	pairs(pointers(was.PlatformAssignments), pointers(is.PlatformAssignments), func(was, is *v1alpha1.PlatformAssignment) {
		j.refuse(refOf(model.KindPlatformAssignment, was, is), "", verb(was, is)+" it", byRBAC)
	})
}

// single lists an object, if there is one.
func single[T any](o *T) []*T {
	if o == nil {
		return nil
	}
	return []*T{o}
}
