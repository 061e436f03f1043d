// SPDX-License-Identifier: Apache-2.0

package olm

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/operator-framework/api/pkg/manifests"
	"github.com/operator-framework/api/pkg/validation"
	"github.com/operator-framework/api/pkg/validation/errors"
)

const root = "../.."

// bundle returns the folder of a bundle, which it makes as hack/dist.sh does unless there is one.
func bundle(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("ROLEWRIGHT_BUNDLE"); folder != "" {
		return folder
	}
	kubectl := os.Getenv("KUBECTL")
	if kubectl == "" {
		t.Fatal("name the kubectl that builds config/default with KUBECTL, or a bundle with ROLEWRIGHT_BUNDLE: make bundle does")
	}
	folder := t.TempDir()
	install := filepath.Join(folder, "install.yaml")
	built, err := exec.CommandContext(t.Context(), kubectl, "kustomize", filepath.Join(root, "config", "default")).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(install, built, 0o600); err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(folder, "bundle")
	made := exec.CommandContext(t.Context(), "go", "run", "./hack/bundle", "-install", install, "-version", "v0.1.0", "-output", folder)
	made.Dir = root
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}

// TestBundle: the validators of the format, of its names and of good practice find nothing wrong.
func TestBundle(t *testing.T) {
	read, err := manifests.GetBundleFromDir(bundle(t))
	if err != nil {
		t.Fatal(err)
	}
	if read.CSV == nil || len(read.V1CRDs) != len(read.CSV.Spec.CustomResourceDefinitions.Owned) {
		t.Errorf("%d CRDs, CSV %v", len(read.V1CRDs), read.CSV)
	}
	validators := validation.DefaultBundleValidators.WithValidators(
		validation.OperatorHubV2Validator, validation.StandardCapabilitiesValidator, validation.StandardCategoriesValidator,
		validation.GoodPracticesValidator, validation.ObjectValidator,
	)
	for _, result := range validators.Validate(read.ObjectsToValidate()...) {
		report(t, result)
	}
}

// expected are parts of warnings that say nothing wrong. Of two kinds there is no example: users make them by the command. And the manager
// sends events of events.k8s.io/v1, which the validator takes for a version that was removed.
var expected = []string{"Kind=ApprovalRequest: ", "Kind=ApprovalDecision: ", "Migrate the API(s) for events: "}

func report(t *testing.T, result errors.ManifestResult) {
	t.Helper()
	for _, found := range result.Errors {
		t.Errorf("%s: %v", result.Name, found)
	}
	for _, found := range result.Warnings {
		if slices.ContainsFunc(expected, func(part string) bool { return strings.Contains(found.Error(), part) }) {
			continue
		}
		t.Errorf("%s: warning: %v", result.Name, found)
	}
}
