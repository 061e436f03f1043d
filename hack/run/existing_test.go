// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
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
	const sample = "config/samples/quickstart"
	programs := options{
		manager: build(t, "manager"), rolewright: build(t, "rolewright"), sample: sample, kubeconfig: kubeconfig, timeout: time.Minute,
	}
	start := func() (string, error) {
		var out strings.Builder
		o := programs
		o.stateDir, o.once = t.TempDir(), true
		err := run(t.Context(), o, &out)
		return out.String(), err
	}

	// Something else is where the console would be, so it is elsewhere.
	var listening net.ListenConfig
	if taken, err := listening.Listen(t.Context(), "tcp", consoleAddress); err == nil {
		t.Cleanup(func() { _ = taken.Close() })
	}
	stayUp := func() (string, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out := &output{up: func(said string) {
			defer cancel()
			address := regexp.MustCompile(`in a browser: (http://127\.0\.0\.1:\d+)\n`).FindStringSubmatch(said)
			if address == nil || !strings.Contains(said, consoleAddress+" is taken") {
				t.Errorf("the address is not said, or that the other one is taken:\n%s", said)
				return
			}
			if page := get(t, address[1]); !strings.Contains(page, "quickstart/quickstart") {
				t.Errorf("the console shows %s", page)
			}
		}}
		o := programs
		o.stateDir = t.TempDir()
		err := run(ctx, o, out)
		return out.String(), err
	}
	for _, start := range []func() (string, error){start, stayUp} {
		out, err := start()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, want := range []string{
			"    the cluster is https://127.0.0.1:", "quickstart/quickstart is published", "export KUBECONFIG=" + kubeconfig,
			"Look at it in a browser: http://127.0.0.1:", "What was installed into the cluster stays", "kubectl delete --ignore-not-found -f " + sample,
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

// build builds a program of ours, and returns its path.
func build(t *testing.T, name string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", program, "github.com/rolewright/rolewright/cmd/"+name)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v: %s", name, err, out)
	}
	return program
}

// output is what a run prints. Once it says how to stop it, it is up.
type output struct {
	strings.Builder
	up func(said string)
}

// Write implements io.Writer.
func (o *output) Write(text []byte) (int, error) {
	written, err := o.Builder.Write(text)
	if strings.Contains(string(text), "Ctrl-C") {
		o.up(o.String())
	}
	return written, err
}

// get returns a page.
func get(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s: %v", address, response.Status, err)
	}
	return string(page)
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
