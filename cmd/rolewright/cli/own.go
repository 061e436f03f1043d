// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// ownAssignments are those of the current user that RBAC lets them read by name.
type ownAssignments struct {
	user        v1alpha1.UserID
	assignments []v1alpha1.UserAssignment
	// incomplete is why there may be others; empty if there are none.
	incomplete string
}

// readOwn reads the assignments of a user, who is the current one, in a namespace. Who may not list them learns their names from the
// rules by which they may get some.
func readOwn(ctx context.Context, c client.Client, namespace string, user v1alpha1.UserID) (*ownAssignments, error) {
	review := &authorizationv1.SelfSubjectRulesReview{Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace}}
	if err := c.Create(ctx, review); err != nil {
		return nil, fmt.Errorf("asking the cluster what you may read: %w", err)
	}
	own := &ownAssignments{user: user}
	if review.Status.Incomplete {
		own.incomplete = "the cluster could not say everything that you may read: " + orNone(review.Status.EvaluationError)
	}
	for _, name := range readableNames(review.Status.ResourceRules) {
		assignment := &v1alpha1.UserAssignment{}
		switch err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, assignment); {
		case apierrors.IsNotFound(err):
		case err != nil:
			return nil, explainReadError(err, viewerRole)
		case assignment.Spec.User == user:
			own.assignments = append(own.assignments, *assignment)
		}
	}
	return own, nil
}

// readableNames returns the names of the assignments that rules allow to get by name.
func readableNames(rules []authorizationv1.ResourceRule) []string {
	names := map[string]struct{}{}
	for i := range rules {
		rule := &rules[i]
		if !includes(rule.Verbs, "get") || !includes(rule.APIGroups, v1alpha1.GroupVersion.Group) ||
			!includes(rule.Resources, assignmentResource) {
			continue
		}
		for _, name := range rule.ResourceNames {
			names[name] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// includes reports whether a list of a rule includes a value.
func includes(values []string, value string) bool {
	return slices.Contains(values, value) || slices.Contains(values, "*")
}

// explainNoneOwn says that nothing is known of the current user, and what would help. It does not say that they may do nothing.
func (own *ownAssignments) explainNoneOwn(namespace string, refused error) error {
	text := fmt.Sprintf("namespace %s has no UserAssignment of %q that you may read by name, so what you may do is not known",
		namespace, own.user)
	if own.incomplete != "" {
		text += "; " + own.incomplete
	}
	return errors.Join(fmt.Errorf("%s: ask for the rights that \"rolewright rbac\" prints", text), refused)
}
