// SPDX-License-Identifier: Apache-2.0

package intake

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// PlatformAssignment translates a PlatformAssignment, as an organization with the given labels sees it.
func PlatformAssignment(written *v1alpha1.PlatformAssignment, organization map[string]string) model.PlatformAssignment {
	return model.PlatformAssignment{
		Object:    object(model.KindPlatformAssignment, &written.ObjectMeta),
		User:      string(written.Spec.User),
		Suspended: isSuspended(written.Spec.State),
		Grants: each(written.Spec.Grants, func(g *v1alpha1.PlatformGrant) model.PlatformGrant {
			return model.PlatformGrant{
				Name: string(g.Name), Role: g.RoleRef.Name, Window: window(g.Window),
				Unselected: selectsNothing(g.Organizations), Picks: picks(g.Organizations, organization),
			}
		}),
	}
}

// picks reports whether a grant over organizations picks one with the given labels.
func picks(written *v1alpha1.OrganizationSelector, organization map[string]string) bool {
	switch {
	case written == nil:
		return false
	case isSet(written.All):
		return true
	case selectsNothing(written):
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(written.Selector)
	return err == nil && selector.Matches(labels.Set(organization))
}

// selectsNothing reports whether no organization could be picked, whatever its labels.
func selectsNothing(written *v1alpha1.OrganizationSelector) bool {
	if written == nil {
		return true
	}
	if isSet(written.All) {
		return false
	}
	// No selector, an empty one, or one that cannot be understood: no API server stores these.
	selector, err := metav1.LabelSelectorAsSelector(written.Selector)
	return err != nil || selector.Empty() || written.Selector == nil
}
