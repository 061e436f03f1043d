// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"
	"strings"
)

// printNextSteps names what was applied in commands that can be copied.
func (s *session) printNextSteps(ctx context.Context) {
	namespace, organization := s.first(ctx, organizations)
	_, role := s.first(ctx, "roles.rolewright.dev")
	_, user := s.first(ctx, "userassignments.rolewright.dev")
	bin := filepath.Join(s.place.root, "bin")
	s.say(`
Rolewright is up, and %[2]s/%[3]s is published. In another terminal:

  export KUBECONFIG=%[1]s
  export PATH=%[6]s:%[7]s:$PATH

See what is there:
  kubectl get rolewright -n %[2]s
What may a user do, and what do applications read?
  kubectl describe userassignments.rolewright.dev %[5]s -n %[2]s
  kubectl get configmap %[3]s-permissions -n %[2]s -o yaml
Change a role, and watch the assignments follow:
  kubectl edit roles.rolewright.dev %[4]s -n %[2]s
  kubectl get userassignments.rolewright.dev -n %[2]s -w
The same manifests without a cluster, and what a field means:
  rolewright matrix -f %[8]s
  kubectl explain roles.rolewright.dev.spec.rules

The manager's log is %[9]s.`,
		s.place.kubeconfig(), namespace, organization, role, user,
		bin, filepath.Dir(s.kubectl.path), s.place.in(s.options.sample), s.place.managerLog())
	if !s.options.once {
		s.say("Ctrl-C stops everything; the cluster's state goes with it.")
	}
}

// first returns the namespace and name of the first object of a resource, or
// placeholders where there is none.
func (s *session) first(ctx context.Context, resource string) (namespace, name string) {
	out, err := s.kubectl.run(ctx, "get", resource, "--all-namespaces", "--sort-by=.metadata.name",
		"-o", `jsonpath={.items[0].metadata.namespace} {.items[0].metadata.name}`)
	namespace, name, found := strings.Cut(strings.TrimSpace(out), " ")
	if err != nil || !found {
		return "NAMESPACE", "NAME"
	}
	return namespace, name
}
