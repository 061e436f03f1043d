// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
)

// printNextSteps prints commands about the sample that can be copied.
func (s *session) printNextSteps(ctx context.Context) {
	namespace, organization := s.firstObject(ctx, "Organization")
	_, role := s.firstObject(ctx, "Role")
	_, user := s.firstObject(ctx, "UserAssignment")
	bin := filepath.Join(s.stateDir.root, "bin")
	kubeconfig, path := s.options.kubeconfig, bin
	if kubeconfig == "" {
		kubeconfig = s.stateDir.kubeconfig()
		path += ":" + s.kubectlFolder()
	}
	browser := ""
	if s.console != nil {
		browser = "\n\nLook at it in a browser: " + s.console.address
	}
	s.printf(`
Rolewright is up, and %[2]s/%[3]s is published.%[10]s

In another terminal:

  export KUBECONFIG=%[1]s
  export PATH=%[6]s:$PATH

See who may do what, and why:
  rolewright matrix -n %[2]s
  rolewright what-can %[9]s -n %[2]s
List everything:
  kubectl get rolewright,rolewright-platform -n %[2]s
See what a user may do, and what applications read:
  kubectl describe userassignments.rolewright.dev %[5]s -n %[2]s
  kubectl get configmap %[3]s-permissions -n %[2]s -o yaml
Change a role, and watch the assignments change:
  kubectl edit roles.rolewright.dev %[4]s -n %[2]s
  kubectl get userassignments.rolewright.dev -n %[2]s -w
Read the same manifests without a cluster, and look up a field:
  rolewright matrix -f %[7]s
  kubectl explain roles.rolewright.dev.spec.rules

The log of the manager is %[8]s.`,
		kubeconfig, namespace, organization, role, user, path, s.stateDir.fromRoot(s.options.sample), s.stateDir.managerLog(),
		s.firstUser(ctx), browser)
	if s.behind != nil {
		s.printf("kubectl and kube-controller-manager are still being built: a line will say when they are there.")
	}
	switch {
	case s.options.once:
	case s.options.kubeconfig != "":
		s.printf("Ctrl-C stops the manager. What is installed stays.")
	default:
		s.printf("Ctrl-C stops everything and discards the state of the cluster.")
	}
}

// kubectlFolder returns where kubectl is, or will be once it is built.
func (s *session) kubectlFolder() string {
	path, err := controlplane.Locate(controlplane.Kubectl)
	if err != nil {
		return filepath.Join(s.stateDir.root, "bin", "controlplane")
	}
	return filepath.Dir(path)
}

// firstObject returns the namespace and name of the first object of a kind of the sample,
// or placeholders if there is none.
func (s *session) firstObject(ctx context.Context, kind string) (namespace, name string) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
	if err := s.cluster.client.List(ctx, list, client.Limit(1)); err != nil || len(list.Items) == 0 {
		return "NAMESPACE", "NAME"
	}
	return list.Items[0].GetNamespace(), list.Items[0].GetName()
}

// firstUser returns the id of the first user of the sample, or a placeholder if there is none.
func (s *session) firstUser(ctx context.Context) string {
	list := &v1alpha1.UserAssignmentList{}
	if err := s.cluster.client.List(ctx, list, client.Limit(1)); err != nil || len(list.Items) == 0 {
		return "USER"
	}
	return string(list.Items[0].Spec.User)
}
