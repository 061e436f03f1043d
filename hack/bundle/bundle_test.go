// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/rolewright/rolewright/internal/controlplane"
)

const root = "../.."

// installed returns the objects of config/default.
func installed(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	kubectl, err := controlplane.Locate(controlplane.Kubectl)
	if err != nil {
		t.Fatal(err)
	}
	built, err := exec.CommandContext(t.Context(), kubectl, "kustomize", filepath.Join(root, "config", "default")).Output()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "install.yaml")
	if err := os.WriteFile(name, built, 0o600); err != nil {
		t.Fatal(err)
	}
	objects, err := readFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// decoded returns the objects of some files.
func decoded(t *testing.T, files map[string][]byte, prefix string) (all []*unstructured.Unstructured) {
	t.Helper()
	for name, text := range files {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
		for {
			object := &unstructured.Unstructured{}
			err := decoder.Decode(&object.Object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if object.GetKind() != "" {
				all = append(all, object)
			}
		}
	}
	return all
}

func key(o *unstructured.Unstructured) string { return o.GetKind() + "/" + o.GetName() }

func keys(objects []*unstructured.Unstructured) (all []string) {
	for _, o := range objects {
		all = append(all, key(o))
	}
	return all
}

// TestEverythingHasOnePlace: what config/default installs is in the bundle, in its ClusterServiceVersion, or in the second step; nothing is
// twice, and nothing else is there.
func TestEverythingHasOnePlace(t *testing.T) {
	objects := installed(t)
	files, err := Make(objects, nil, "v0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	carriedObjects, separate := decoded(t, files, "manifests/"), decoded(t, files, secondStep)
	var csv *unstructured.Unstructured
	places := keys(separate)
	for _, o := range carriedObjects {
		if o.GetKind() == "ClusterServiceVersion" {
			csv = o
			continue
		}
		places = append(places, key(o))
	}
	install := field[map[string]any](t, csv.Object, "spec", "install", "spec")
	for _, d := range field[[]any](t, install, "deployments") {
		deployment, _ := d.(map[string]any)
		places = append(places, "Deployment/"+deployment["name"].(string))
	}
	// OLM makes these.
	for _, o := range objects {
		if kind := o.GetKind(); kind == "Namespace" || kind == "ServiceAccount" {
			places = append(places, key(o))
		}
	}
	bound := map[string]int{}
	for _, scope := range []string{"clusterPermissions", "permissions"} {
		for _, p := range field[[]any](t, install, scope) {
			permission, _ := p.(map[string]any)
			if permission["serviceAccountName"] != "rolewright-manager" {
				t.Errorf("%s has rights", permission["serviceAccountName"])
			}
			bound[scope] += len(permission["rules"].([]any))
		}
	}
	rules := map[string]int{}
	for _, o := range objects {
		if slices.Contains(places, key(o)) {
			continue
		}
		switch o.GetKind() {
		case "ClusterRole":
			rules["clusterPermissions"] += len(field[[]any](t, o.Object, "rules"))
		case "Role":
			rules["permissions"] += len(field[[]any](t, o.Object, "rules"))
		case "ClusterRoleBinding", "RoleBinding":
		default:
			t.Errorf("%s has no place", key(o))
		}
	}
	if !reflect.DeepEqual(bound, rules) || len(rules) != 2 {
		t.Errorf("the manager gets %v rules, and config has %v", bound, rules)
	}
	slices.Sort(places)
	if len(slices.Compact(slices.Clone(places))) != len(places) {
		t.Errorf("an object has two places: %v", places)
	}
	for _, place := range places {
		if !slices.Contains(keys(objects), place) {
			t.Errorf("%s is not in config", place)
		}
	}
}

// TestSecondStep: the policies, the webhook and the right to the Lease are not in the bundle, and the bundle says what to do.
func TestSecondStep(t *testing.T) {
	files, err := Make(installed(t), nil, "v0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	separate := keys(decoded(t, files, secondStep))
	for _, want := range []string{
		"ValidatingAdmissionPolicy/rolewright-approval-identity", "ValidatingAdmissionPolicyBinding/rolewright-approval-status",
		"ValidatingWebhookConfiguration/rolewright-authority", "Secret/rolewright-webhook-certificate",
		"Role/rolewright-leader-election", "RoleBinding/rolewright-leader-election",
	} {
		if !slices.Contains(separate, want) {
			t.Errorf("%s has no %s", secondStep, want)
		}
	}
	csv := string(files["manifests/clusterserviceversion_rolewright.v0.1.0.yaml"])
	for _, want := range []string{
		"/v0.1.0/admission.yaml", "namespace `rolewright-system`", "suggested-namespace: rolewright-system", "version: 0.1.0",
		"Approvals stand still, and administration rules are not enforced",
	} {
		if !strings.Contains(csv, want) {
			t.Errorf("the bundle does not say %q", want)
		}
	}
}

// TestRefusals: what has no place, or is not known, is an error and not left out.
func TestRefusals(t *testing.T) {
	object := func(kind, name string, fields map[string]any) *unstructured.Unstructured {
		o := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": kind}}
		o.SetName(name)
		maps.Copy(o.Object, fields)
		return o
	}
	subject := func(kind, namespace string) []any {
		return []any{map[string]any{"kind": kind, "name": "x", "namespace": namespace}}
	}
	for name, c := range map[string]struct {
		extra   []*unstructured.Unstructured
		version string
		says    string
	}{
		"a kind of its own": {[]*unstructured.Unstructured{object("Gateway", "g", nil)}, "v0.1.0", "Gateway g has no place in a bundle"},
		"a binding without its role": {[]*unstructured.Unstructured{
			object("ClusterRoleBinding", "b", map[string]any{"roleRef": map[string]any{"kind": "ClusterRole", "name": "gone"}}),
		}, "v0.1.0", "binds ClusterRole gone, which is not part of the installation"},
		"rights of a user": {[]*unstructured.Unstructured{
			object("ClusterRole", "r", nil),
			object("ClusterRoleBinding", "b", map[string]any{"roleRef": map[string]any{"kind": "ClusterRole", "name": "r"}, "subjects": subject("User", "")}),
		}, "v0.1.0", "which is no service account of rolewright-system"},
		"rights of another account": {[]*unstructured.Unstructured{
			object("ClusterRole", "r", nil),
			object("ClusterRoleBinding", "b", map[string]any{"roleRef": map[string]any{"kind": "ClusterRole", "name": "r"}, "subjects": subject("ServiceAccount", "kube-system")}),
		}, "v0.1.0", "which is no service account of rolewright-system"},
		"no version": {nil, "0.1.0", "write one as v0.1.0"},
	} {
		if _, err := Make(append(installed(t), c.extra...), nil, c.version); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Make(nil, nil, "v0.1.0"); err == nil {
		t.Error("there is a bundle of nothing")
	}
}

func field[T any](t *testing.T, object map[string]any, path ...string) T {
	t.Helper()
	value, found, err := unstructured.NestedFieldNoCopy(object, path...)
	typed, is := value.(T)
	if err != nil || !found || !is {
		t.Fatalf("%v is a %T: %v", path, value, err)
	}
	return typed
}
