// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// TestKustomizeRenames: samples whose names get a prefix refer to the renamed objects. Without the configuration they do not.
func TestKustomizeRenames(t *testing.T) {
	for _, sample := range []string{"quickstart/quickstart.yaml", "contracts", "homehealth", "performance", "staffing", "workorders"} {
		t.Run(sample, func(t *testing.T) {
			if unknown := unknownIn(t, sample, true); len(unknown) > 0 {
				t.Errorf("renamed, it refers to what is not there:\n%s", strings.Join(unknown, "\n"))
			}
			if len(unknownIn(t, sample, false)) == 0 {
				t.Error("without the configuration all references hold too: the test shows nothing")
			}
		})
	}
}

// unknownIn returns the findings about unknown names in a sample of which kustomize renames the objects, with the example's
// configuration or without.
func unknownIn(t *testing.T, sample string, configured bool) []string {
	t.Helper()
	disk, memory := filesys.MakeFsOnDisk(), filesys.MakeFsInMemory()
	copyFile := func(from, to string) {
		text, err := disk.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := memory.WriteFile(to, text); err != nil {
			t.Fatal(err)
		}
	}
	base := "resources:\n"
	for name, path := range manifestsOf(t, disk, "../../config/samples/"+sample) {
		copyFile(path, "/base/"+name)
		base += "- " + name + "\n"
	}
	overlay := "namePrefix: dev-\nresources: [../base]\n"
	if configured {
		text, err := disk.ReadFile("../../docs/examples/gitops/kustomization.yaml")
		if err != nil {
			t.Fatal(err)
		}
		overlay = string(text)
	}
	copyFile(referencesFile, "/overlay/namereference.yaml")
	copyFile(openAPIFile, "/overlay/openapi.json")
	for path, text := range map[string]string{"/base/kustomization.yaml": base, "/overlay/kustomization.yaml": overlay} {
		if err := memory.WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/overlay")
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	input, err := validation.FromManifests((&manifests.Reader{}).Parse("built.yaml", text))
	if err != nil {
		t.Fatal(err)
	}
	var unknown []string
	for _, finding := range input.Validate(time.Now()).Findings {
		if strings.HasPrefix(finding.Reason, "Unknown") {
			unknown = append(unknown, finding.String())
		}
	}
	return unknown
}

// manifestsOf maps the names of a sample's manifests to their paths.
func manifestsOf(t *testing.T, disk filesys.FileSystem, path string) map[string]string {
	t.Helper()
	if !disk.IsDir(path) {
		return map[string]string{"sample.yaml": path}
	}
	names, err := disk.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, ".yaml") && name != "kustomization.yaml" && !disk.IsDir(path+"/"+name) {
			found[name] = path + "/" + name
		}
	}
	return found
}

// TestKustomizeMerges: a patch of an assignment adds a grant, and leaves the others.
func TestKustomizeMerges(t *testing.T) {
	memory := filesys.MakeFsInMemory()
	openAPI, err := filesys.MakeFsOnDisk().ReadFile(openAPIFile)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"/openapi.json": string(openAPI),
		"/ann.yaml": "apiVersion: rolewright.dev/v1alpha1\nkind: UserAssignment\nmetadata: {name: ann}\n" +
			"spec: {organizationRef: {name: acme}, user: ann, grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]}\n",
		"/more.yaml": "apiVersion: rolewright.dev/v1alpha1\nkind: UserAssignment\nmetadata: {name: ann}\n" +
			"spec: {grants: [{name: auditor, roleRef: {name: auditor}, scope: {everywhere: true}}]}\n",
		"/kustomization.yaml": "resources: [ann.yaml]\npatches: [{path: more.yaml}]\nopenapi: {path: openapi.json}\n",
	} {
		if err := memory.WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "/")
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: auditor", "name: clerk"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is lost:\n%s", want, text)
		}
	}
}
