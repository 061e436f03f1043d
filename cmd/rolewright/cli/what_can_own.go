// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
)

// isOwn reports whether the command is about the current user.
func (o *whatCanOptions) isOwn() bool { return len(o.args) == 0 && o.query.request.file == "" }

// isInAssignment reports whether a user who was refused to read everything may find the answer in an assignment of their own.
func (o *whatCanOptions) isInAssignment(refused error) bool {
	return apierrors.IsForbidden(refused) && !o.query.platform.set
}

// listOwn lists what the current user may do: by all that is known of the organization if they may read that, or else by what their own
// assignments say.
func (o *whatCanOptions) listOwn(ctx context.Context) error {
	input := o.query.input
	if input.fromManifests() {
		return usagef("name a user, for example: lena@library.example; who you are is known in a cluster alone")
	}
	if input.allNamespaces {
		return usagef("name a user, for example: lena@library.example; about yourself, ask in one namespace with -n")
	}
	c, err := newApprovalClient(ctx, input)
	if err != nil {
		return err
	}
	o.args = []string{string(c.user)}
	refused := o.list(ctx)
	if !o.isInAssignment(refused) {
		return refused
	}
	own, err := readOwn(ctx, c.client, c.namespace, c.user)
	if err != nil {
		return err
	}
	shown := o.ofOrganization(own.latest())
	switch {
	case len(shown) == 0:
		return own.explainNoneOwn(c.namespace, refused)
	case o.administer || o.query.request.isSet():
		return fmt.Errorf("your own UserAssignment says what you may do wherever and whatever it is about: "+
			"leave out flags that describe a request, and --administer; %w", refused)
	case o.query.output.format == "json":
		err = writeJSON(o.query.streams.Out, ownPermissionsOf(own.user, shown))
	default:
		err = o.printOwn(shown)
	}
	if err != nil {
		return err
	}
	return own.doubts(shown, o.query.streams.ErrOut)
}

// latest returns one assignment for each organization, as the status of each lists what all of them give: one whose status is current, if
// there is one.
func (own *ownAssignments) latest() []v1alpha1.UserAssignment {
	var latest []v1alpha1.UserAssignment
	for _, a := range own.assignments {
		index := slices.IndexFunc(latest, func(l v1alpha1.UserAssignment) bool { return l.Spec.OrganizationRef == a.Spec.OrganizationRef })
		switch {
		case index < 0:
			latest = append(latest, a)
		case doubt(&latest[index]) != "" && doubt(&a) == "":
			latest[index] = a
		}
	}
	return latest
}

// ofOrganization returns the assignments in the organization of the flag; without the flag, all.
func (o *whatCanOptions) ofOrganization(assignments []v1alpha1.UserAssignment) []v1alpha1.UserAssignment {
	flag := o.query.organization.name
	if flag == "" {
		return assignments
	}
	return organizationsNamed(flag, o.query.input, assignments, func(a *v1alpha1.UserAssignment) (string, string) {
		return a.Namespace, a.Spec.OrganizationRef.Name
	})
}

// doubt returns why the status of an assignment does not say all that its user may do now; empty if it does.
func doubt(a *v1alpha1.UserAssignment) string {
	published := publishedCondition(a)
	switch {
	case a.Status.ObservedGeneration == 0 || published == nil:
		return "the manager has not observed it yet"
	case a.Status.ObservedGeneration != a.Generation || published.ObservedGeneration != a.Generation:
		return "it was changed, and the manager has not observed that yet"
	case published.Status != metav1.ConditionTrue:
		return "readers do not see it: " + published.Message
	case a.Status.OmittedPermissionCount != nil:
		more := english.Count(int(*a.Status.OmittedPermissionCount), "more permission")
		return more + " not listed: there are too many for a status"
	}
	if a.Status.OmittedRoleCount != nil {
		return english.Count(int(*a.Status.OmittedRoleCount), "more role") + " not listed: there are too many for a status"
	}
	for i := range a.Status.Effective {
		if omits(&a.Status.Effective[i].Scope) {
			return "not every unit or value is listed: there are too many for a status"
		}
	}
	return ""
}

// publishedCondition returns the condition of an assignment that says whether readers see it; nil if there is none.
func publishedCondition(a *v1alpha1.UserAssignment) *metav1.Condition {
	return meta.FindStatusCondition(a.Status.Conditions, v1alpha1.ConditionPublished)
}

// omits reports whether a scope does not list all that it covers.
func omits(scope *v1alpha1.ObservedScope) bool {
	return scope.OmittedUnitCount != nil ||
		slices.ContainsFunc(scope.Dimensions, func(d v1alpha1.ObservedDimension) bool { return d.OmittedValueCount != nil })
}

// doubts says of what revision the answer is and what it does not say. It returns an error if that is not known.
func (own *ownAssignments) doubts(shown []v1alpha1.UserAssignment, errOut io.Writer) error {
	var found []string
	held := false
	for i := range shown {
		a := &shown[i]
		name := fmt.Sprintf("UserAssignment %s of organization %s", a.Name, a.Spec.OrganizationRef.Name)
		held = held || len(a.Status.Effective) > 0
		if why := doubt(a); why != "" {
			found = append(found, name+": "+english.Printable(why))
			continue
		}
		published := publishedCondition(a)
		_, _ = fmt.Fprintf(errOut, "note: by the status of %s: %s\n", name, english.Printable(published.Message))
		if a.Status.Detail == v1alpha1.DetailRoles {
			_, _ = fmt.Fprintf(errOut, "note: organization %s lists roles instead of permissions: the status of each role lists what it holds, "+
				"kubectl get roles.rolewright.dev ROLE -n %s -o yaml\n",
				a.Spec.OrganizationRef.Name, a.Namespace)
		}
		if a.Status.State == v1alpha1.UserSuspended {
			_, _ = fmt.Fprintf(errOut, "you are suspended in organization %s\n", a.Spec.OrganizationRef.Name)
		}
	}
	_, _ = fmt.Fprintln(errOut, "note: conditions are shown and not evaluated, and prohibitions of the catalog may refuse what is listed: "+
		"the application decides")
	if own.incomplete != "" {
		found = append(found, own.incomplete)
	}
	if len(found) > 0 {
		return fmt.Errorf("this may not be all that you may do, or no longer: %s. Who may read the whole organization, by the ClusterRole %s, "+
			"is answered in full", strings.Join(found, "; "), viewerRole)
	}
	return exitStatus(held)
}
