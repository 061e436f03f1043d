// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

// TestWhatAllows: a ClusterRole is named to a user whom the authorizer refused, and to no other.
func TestWhatAllows(t *testing.T) {
	resource := schema.GroupResource{Group: v1alpha1.GroupVersion.Group, Resource: "roles"}
	forbidden := func(text string) error { return apierrors.NewForbidden(resource, "", errors.New(text)) }
	const user = `User "ann" cannot list resource "roles" in API group "rolewright.dev" `
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"in a namespace":    {forbidden(user + `in the namespace "a"`), "with a RoleBinding in the namespace"},
		"in the cluster":    {forbidden(user + `at the cluster scope`), "with a ClusterRoleBinding; with -n, a RoleBinding"},
		"wrapped":           {fmt.Errorf("reading: %w", forbidden(user+`in the namespace "a"`)), "with a RoleBinding"},
		"a policy":          {forbidden("ValidatingAdmissionPolicy 'x' with binding 'x' denied request: you cannot"), ""},
		"not authenticated": {apierrors.NewUnauthorized("who are you"), ""},
		"another error":     {errors.New("is forbidden: User x cannot"), ""},
	} {
		got := whatAllows(test.err, viewerRole)
		if !strings.Contains(got, test.want) || (test.want == "") != (got == "") {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestNamedClusterRoles: what is said to allow something does.
func TestNamedClusterRoles(t *testing.T) {
	for role, wants := range map[string][]string{
		viewerRole: {
			"list organizations", "list organizationstructures", "list roles", "list userassignments", "list usergroups", "list approvalchains",
			"list approvalrequests", "list permissioncatalogs", "list platformroles", "list platformassignments", "get configmaps " + vocabulary.Name,
		},
		requesterRole: {
			"list organizations", "list approvalchains", "list approvalrequests", "list approvaldecisions", "get approvalrequests",
			"create approvalrequests", "create approvaldecisions",
		},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "config", "rbac", strings.TrimPrefix(role, "rolewright-")+"_clusterrole.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var installed rbacv1.ClusterRole
		if err := yaml.UnmarshalStrict(text, &installed); err != nil || installed.Name != role {
			t.Fatalf("the file of %s has %q: %v", role, installed.Name, err)
		}
		for _, want := range wants {
			words := strings.Fields(want)
			if !slices.ContainsFunc(installed.Rules, func(rule rbacv1.PolicyRule) bool {
				return slices.Contains(rule.Verbs, words[0]) && slices.Contains(rule.Resources, words[1]) && slices.Equal(rule.ResourceNames, words[2:])
			}) {
				t.Errorf("%s does not allow to %s", role, want)
			}
		}
	}
}
