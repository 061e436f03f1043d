// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// TestExistingCluster: a run installs into the cluster that it is given, a later one continues there, and neither touches one with an
// installation of another.
func TestExistingCluster(t *testing.T) {
	plane, err := controlplane.Start(controlplane.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := plane.Admin.WriteKubeconfig(kubeconfig); err != nil {
		t.Fatal(err)
	}
	manager := filepath.Join(t.TempDir(), "manager")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", manager, "github.com/rolewright/rolewright/cmd/manager")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the manager: %v: %s", err, out)
	}
	const sample = "config/samples/quickstart"
	start := func() (string, error) {
		var out strings.Builder
		err := run(t.Context(), options{
			manager: manager, sample: sample, kubeconfig: kubeconfig, stateDir: t.TempDir(), timeout: time.Minute, once: true,
		}, &out)
		return out.String(), err
	}

	for range 2 {
		out, err := start()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, want := range []string{
			"    the cluster is https://127.0.0.1:", "quickstart/quickstart is published", "export KUBECONFIG=" + kubeconfig,
			"What was installed into the cluster stays", "kubectl delete --ignore-not-found -f " + sample,
		} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
	}

	c, err := newCluster(plane.Config())
	if err != nil {
		t.Fatal(err)
	}
	policy := objectIn(t, c, "ClusterRole", "rolewright-manager")
	// As if another had applied it.
	if err := c.client.Patch(t.Context(), policy, client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"managedFields": [{}]}}`))); err != nil {
		t.Fatal(err)
	}
	before := objectIn(t, c, "ClusterRole", "rolewright-viewer").GetResourceVersion()
	out, err := start()
	if err == nil || !strings.Contains(err.Error(), "ClusterRole rolewright-manager exists in the cluster https://127.0.0.1:") ||
		!strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("got %v\n%s", err, out)
	}
	if after := objectIn(t, c, "ClusterRole", "rolewright-viewer").GetResourceVersion(); after != before {
		t.Error("the cluster was changed all the same")
	}
	// The webhook would lead nowhere.
	webhook := &unstructured.Unstructured{}
	webhook.SetGroupVersionKind(schema.GroupVersionKind{Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingWebhookConfiguration"})
	if err := c.client.Get(t.Context(), client.ObjectKey{Name: "rolewright-authority"}, webhook); !apierrors.IsNotFound(err) {
		t.Errorf("reading the webhook: %v", err)
	}
}

// objectIn reads an object of RBAC.
func objectIn(t *testing.T, c *cluster, kind, name string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: kind})
	if err := c.client.Get(context.WithoutCancel(t.Context()), client.ObjectKey{Name: name}, object); err != nil {
		t.Fatal(err)
	}
	return object
}
