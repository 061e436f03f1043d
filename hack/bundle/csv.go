// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const description = `Rolewright is an operator for business roles: organizations, roles, user assignments and approval chains are custom
resources; it computes who may do what, where and on which condition, and publishes that for applications.

## Two steps

This bundle cannot carry everything. **Approvals stand still, and administration rules are not enforced, until an administrator of the
cluster has applied the rest**, of the same version:

    kubectl apply --server-side -f ` + releases + `/%[1]s/` + secondStep + `

It holds the policies by which the API server checks in whose name people ask and decide, the webhook that judges who may change an
organization, and the right to the Lease without which the manager writes nothing. They are for the namespace ` + "`%[2]s`" + `: install the
operator there. Apply it again with each new version.

The documentation is at ` + home + `.`

const (
	home     = "https://github.com/rolewright/rolewright"
	releases = home + "/releases/download"
)

// clusterServiceVersion returns the description of a version by which OLM installs it.
func (p *parts) clusterServiceVersion(samples []*unstructured.Unstructured, version string) (*unstructured.Unstructured, error) {
	images, err := p.images()
	if err != nil {
		return nil, err
	}
	owned, err := p.owned()
	if err != nil {
		return nil, err
	}
	examples, err := p.examples(samples)
	if err != nil {
		return nil, err
	}
	number, is := strings.CutPrefix(version, "v")
	if !is {
		return nil, fmt.Errorf("version %q: write one as v0.1.0", version)
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "operators.coreos.com/v1alpha1",
		"kind":       "ClusterServiceVersion",
		"metadata": map[string]any{
			// A name may have no plus sign, and a version may.
			"name": packageName + "." + strings.ReplaceAll(version, "+", "-"),
			"labels": map[string]any{
				"operatorframework.io/arch.amd64": "supported", "operatorframework.io/arch.arm64": "supported",
				"operatorframework.io/os.linux": "supported",
			},
			"annotations": map[string]any{
				"alm-examples":   examples,
				"capabilities":   "Basic Install",
				"categories":     "Security",
				"containerImage": images[0],
				"description":    "Business roles: who may do what, where and on which condition",
				"repository":     home,
				"operatorframework.io/suggested-namespace": p.namespace,
			},
		},
		"spec": map[string]any{
			"displayName":               "Rolewright",
			"description":               fmt.Sprintf(description, version, p.namespace),
			"version":                   number,
			"maturity":                  "alpha",
			"minKubeVersion":            "1.30.0",
			"provider":                  map[string]any{"name": "Rolewright", "url": home},
			"links":                     []any{map[string]any{"name": "Documentation", "url": home}},
			"keywords":                  []any{"authorization", "rbac", "roles", "approvals", "authzen"},
			"icon":                      []any{map[string]any{"base64data": icon, "mediatype": "image/svg+xml"}},
			"relatedImages":             relatedImages(images),
			"customresourcedefinitions": map[string]any{"owned": owned},
			"installModes": []any{
				installMode("OwnNamespace", false), installMode("SingleNamespace", false),
				installMode("MultiNamespace", false), installMode("AllNamespaces", true),
			},
			"install": map[string]any{"strategy": "deployment", "spec": map[string]any{
				"clusterPermissions": permissions(p.clusterRules),
				"permissions":        permissions(p.rules),
				"deployments":        p.deploymentSpecs(),
			}},
		},
	}}, nil
}

func relatedImages(images []string) []any {
	related := make([]any, len(images))
	for i, image := range images {
		related[i] = map[string]any{"name": "manager", "image": image}
	}
	return related
}

// icon is a key in a square, as SVG.
const icon = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAxMDAgMTAwIj48cmVjdCB3aWR0aD0iMTAwIiBoZW" +
	"lnaHQ9IjEwMCIgcng9IjE2IiBmaWxsPSIjMWY0ZTc5Ii8+PGcgZmlsbD0ibm9uZSIgc3Ryb2tlPSIjZmZmIiBzdHJva2Utd2lkdGg9IjkiPjxj" +
	"aXJjbGUgY3g9IjMzIiBjeT0iNTAiIHI9IjE1Ii8+PHBhdGggZD0iTTQ4IDUwaDM2bS0xMiAwdjE2Ii8+PC9nPjwvc3ZnPg=="

func installMode(kind string, supported bool) any {
	return map[string]any{"type": kind, "supported": supported}
}

// permissions returns the rights of service accounts, in the order of their names.
func permissions(rules map[string][]any) []any {
	all := make([]any, 0, len(rules))
	for _, account := range slices.Sorted(maps.Keys(rules)) {
		all = append(all, map[string]any{"serviceAccountName": account, "rules": rules[account]})
	}
	return all
}

func (p *parts) deploymentSpecs() []any {
	all := make([]any, len(p.deployments))
	for i, d := range p.deployments {
		labels := map[string]any{}
		for name, value := range d.GetLabels() {
			labels[name] = value
		}
		all[i] = map[string]any{"name": d.GetName(), "label": labels, "spec": d.Object["spec"]}
	}
	return all
}

// images returns the images of the deployments, each once; there is one at least.
func (p *parts) images() (images []string, err error) {
	for _, d := range p.deployments {
		containers, _, err := unstructured.NestedSlice(d.Object, "spec", "template", "spec", "containers")
		if err != nil {
			return nil, fmt.Errorf("deployment %s: %w", d.GetName(), err)
		}
		for _, c := range containers {
			container, _ := c.(map[string]any)
			if image, is := container["image"].(string); is && !slices.Contains(images, image) {
				images = append(images, image)
			}
		}
	}
	if len(images) == 0 {
		return nil, errors.New("the installation has no Deployment with an image")
	}
	return images, nil
}

// owned describes the kinds of the CRDs.
func (p *parts) owned() ([]any, error) {
	var all []any
	for _, crd := range p.crds {
		kind, _, err := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		if err != nil {
			return nil, err
		}
		versions, _, err := unstructured.NestedSlice(crd.Object, "spec", "versions")
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			version, _ := v.(map[string]any)
			about, _, err := unstructured.NestedString(version, "schema", "openAPIV3Schema", "description")
			if err != nil {
				return nil, err
			}
			all = append(all, map[string]any{
				"name": crd.GetName(), "version": version["name"], "kind": kind, "displayName": kind, "description": about,
			})
		}
	}
	return all, nil
}

// examples returns a sample of each kind of the CRDs, as JSON.
func (p *parts) examples(samples []*unstructured.Unstructured) (string, error) {
	examples := []any{}
	for _, crd := range p.crds {
		kind, _, err := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		if err != nil {
			return "", err
		}
		index := slices.IndexFunc(samples, func(s *unstructured.Unstructured) bool {
			return s.GetKind() == kind && strings.HasPrefix(s.GetAPIVersion(), "rolewright.dev/")
		})
		if index >= 0 {
			examples = append(examples, samples[index].Object)
		}
	}
	text, err := json.MarshalIndent(examples, "", "  ")
	return string(text), err
}
