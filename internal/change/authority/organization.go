// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// administer is what it takes in Kubernetes RBAC to do what administration rules do not reach.
	administer = "the verb administer on organizations of rolewright.dev, in Kubernetes RBAC"
	// byRBAC is why an act is refused that no administration rule is about.
	byRBAC = "administration rules do not reach it: it takes " + administer
)

// readOrganization judges what is changed of the organization itself.
func (j *judge) readOrganization(was, is *v1alpha1.Organization) {
	switch {
	case was == is:
		return
	case was == nil || is == nil:
		j.refuse(refOf(model.KindOrganization, was, is), "", verb(was, is)+" the organization", byRBAC)
		return
	case was.UID != is.UID && was.UID != "" && is.UID != "":
		j.refuse(refOf(model.KindOrganization, was, is), "", "delete the organization, and create another one of its name", byRBAC)
	}
	ref := refOf(model.KindOrganization, was, is)
	j.readMetadata(ref, was, is)
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
	j.readDefaultGrants(ref, was, is)
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
	if was.Organization == nil || is.Organization == nil || was.Organization.Spec.CatalogRef == is.Organization.Spec.CatalogRef {
		refuseEach(j, model.KindCatalog, byRBAC, single(was.Catalog), single(is.Catalog))
	}
	refuseEach(j, model.KindPlatformRole, byRBAC, pointers(was.PlatformRoles), pointers(is.PlatformRoles))
	refuseEach(j, model.KindPlatformAssignment, byRBAC, pointers(was.PlatformAssignments), pointers(is.PlatformAssignments))
}

// readDefaultGrants judges which roles every user is given, and which are taken from everyone.
func (j *judge) readDefaultGrants(ref model.Ref, was, is *v1alpha1.Organization) {
	nameOf := func(g *model.Grant) string { return g.Name }
	for was, is := range pairs(pointers(intake.Organization(was).DefaultGrants), pointers(intake.Organization(is).DefaultGrants), nameOf) {
		for state, grant := range [states]*model.Grant{was, is} {
			if grant == nil {
				continue
			}
			action, what := document.ActionTakeRoles, "take role %s from every user"
			if state == after {
				action, what = document.ActionGiveRoles, "give role %s to every user"
			}
			j.act(ref, "spec.defaultGrants["+grant.Name+"]", fmt.Sprintf(what, grant.Role.Key()), func(h *held) refusal {
				return j.givesToAnyone(h, action, grant.Role.Key())
			})
		}
	}
}
