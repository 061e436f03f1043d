// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"
	"strings"
)

// printNextSteps prints commands about the sample that can be copied.
func (s *session) printNextSteps(ctx context.Context) {
	namespace, organization := s.firstObject(ctx, organizations)
	_, role := s.firstObject(ctx, "roles.rolewright.dev")
	_, user := s.firstObject(ctx, "userassignments.rolewright.dev")
	bin := filepath.Join(s.stateDir.root, "bin")
	s.printf(`
Rolewright is up, and %[2]s/%[3]s is published. In another terminal:

  export KUBECONFIG=%[1]s
  export PATH=%[6]s:%[7]s:$PATH

List everything:
  kubectl get rolewright -n %[2]s
See what a user may do, and what applications read:
  kubectl describe userassignments.rolewright.dev %[5]s -n %[2]s
  kubectl get configmap %[3]s-permissions -n %[2]s -o yaml
Change a role, and watch the assignments change:
  kubectl edit roles.rolewright.dev %[4]s -n %[2]s
  kubectl get userassignments.rolewright.dev -n %[2]s -w
Read the same manifests without a cluster, and look up a field:
  rolewright matrix -f %[8]s
  kubectl explain roles.rolewright.dev.spec.rules

The log of the manager is %[9]s.`,
		s.stateDir.kubeconfig(), namespace, organization, role, user,
		bin, filepath.Dir(s.kubectl.path), s.stateDir.fromRoot(s.options.sample), s.stateDir.managerLog())
	if !s.options.once {
		s.printf("Ctrl-C stops everything and discards the state of the cluster.")
	}
}

// firstObject returns the namespace and name of the first object of a resource,
// or placeholders if there is none.
func (s *session) firstObject(ctx context.Context, resource string) (namespace, name string) {
	out, err := s.kubectl.run(ctx, "get", resource, "--all-namespaces", "--sort-by=.metadata.name",
		"-o", `jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}`)
	namespace, name, found := strings.Cut(strings.TrimSpace(out), " ")
	if err != nil || !found {
		return "NAMESPACE", "NAME"
	}
	return namespace, name
}
