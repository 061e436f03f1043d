// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// TestSamplesAreCompiled: every condition of the samples, which the acceptance data ask, is evaluated by closures; and of the examples
// in the pages every one that compiles at all.
func TestSamplesAreCompiled(t *testing.T) {
	const least = 20
	found := 0
	for _, folder := range []string{"config/samples", "docs/examples"} {
		for _, expression := range expressionsBelow(t, folder) {
			found++
			program, err := condition.Compile(expression)
			switch {
			case err != nil && folder == "config/samples":
				t.Errorf("%s: %v", expression, err)
			case err == nil && !program.IsCompiled():
				t.Errorf("%s is evaluated by cel-go", expression)
			}
		}
	}
	if found < least {
		t.Errorf("only %d conditions were found", found)
	}
}

// expressionsBelow returns the expressions in the manifests of a folder of the repository.
func expressionsBelow(t *testing.T, folder string) (expressions []string) {
	t.Helper()
	root := filepath.Join("..", "..", "..", folder)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for manifest := range bytes.SplitSeq(data, []byte("\n---")) {
			var content any
			if err := yaml.Unmarshal(manifest, &content); err != nil {
				return err
			}
			keys := []string{"expression"}
			if object, isObject := content.(map[string]any); isObject && object["kind"] == "ApprovalChain" {
				keys = append(keys, "when")
			}
			expressions = append(expressions, expressionsIn(content, keys)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return expressions
}

// expressionsIn returns the texts under some keys of a manifest.
func expressionsIn(content any, keys []string) (expressions []string) {
	switch content := content.(type) {
	case []any:
		for _, element := range content {
			expressions = append(expressions, expressionsIn(element, keys)...)
		}
	case map[string]any:
		for key, element := range content {
			if text, isText := element.(string); isText && slices.Contains(keys, key) {
				expressions = append(expressions, text)
			}
			expressions = append(expressions, expressionsIn(element, keys)...)
		}
	}
	return expressions
}
