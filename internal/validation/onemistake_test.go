// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
)

const samples = "../../config/samples"

// sampleText returns the manifests of a sample as one text.
func sampleText(t *testing.T, sample string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(samples, sample, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(sample, err)
	}
	var text strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n" + string(data))
	}
	return text.String()
}

// scalar is a text of a manifest: its place, and its path without names and numbers.
type scalar struct {
	path, value  string
	line, column int
}

// scalars yields the texts of a document.
func scalars(node *yaml.Node, path string, yield func(scalar)) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			scalars(node.Content[i+1], path+"."+node.Content[i].Value, yield)
		}
	case yaml.SequenceNode, yaml.DocumentNode:
		suffix := ""
		if node.Kind == yaml.SequenceNode {
			suffix = "[]"
		}
		for _, item := range node.Content {
			scalars(item, path+suffix, yield)
		}
	case yaml.ScalarNode:
		if node.Tag == "!!str" {
			yield(scalar{path: strings.TrimPrefix(path, "."), value: node.Value, line: node.Line, column: node.Column})
		}
	}
}

// references matches the paths at which a manifest names something that is declared elsewhere.
var references = regexp.MustCompile(`(roleRef|catalogRef|organizationRef|groupRef|constraintRef|structureRef)\.name$|` +
	`\.(units|unitGroups|permissions|sections|qualifiers|implies|requiredFeatures|features|requiredEntitlements|entitlements|roles|values)\[\]$|` +
	`\.(section|parent|plan|permission|homeUnit|manager|dimensions\[\]\.name)$|approvers\[\]\.users\[\]$`)

// declarations are paths that look like references, and declare.
var declarations = regexp.MustCompile(`^PermissionCatalog\.spec\.dimensions\[\]`)

// TestOneMistake: one misspelled reference is told by one message, which names it and what would be right; nothing untrue is said beside.
func TestOneMistake(t *testing.T) {
	for _, sample := range []string{"quickstart", "staffing", "contracts", "homehealth", "performance", "workorders"} {
		t.Run(sample, func(t *testing.T) {
			text := sampleText(t, sample)
			before := found(t, text)
			for path, at := range referencesOf(t, text) {
				checkOne(t, text, path, at, before)
			}
		})
	}
}

// referencesOf returns a reference of each kind and path.
func referencesOf(t *testing.T, text string) map[string]scalar {
	t.Helper()
	all := map[string]scalar{}
	offset := 0
	for _, document := range strings.SplitAfter(text, "---\n") {
		var node yaml.Node
		var object struct {
			Kind string `yaml:"kind"`
		}
		if yaml.Unmarshal([]byte(document), &node) != nil || yaml.Unmarshal([]byte(document), &object) != nil {
			t.Fatalf("cannot read %q", document)
		}
		scalars(&node, "", func(s scalar) {
			path := object.Kind + "." + s.path
			if _, known := all[path]; !known && len(s.value) > 3 && references.MatchString(path) && !declarations.MatchString(path) {
				s.line += offset
				all[path] = s
			}
		})
		offset += strings.Count(document, "\n")
	}
	return all
}

// found returns the findings of manifests in their order, without their places.
func found(t *testing.T, text string) []Finding {
	t.Helper()
	input, err := FromManifests((&manifests.Reader{Namespace: "default"}).Parse("f", []byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	list := input.Validate(now).Findings
	for i := range list {
		list[i].Position = manifests.Position{}
	}
	return list
}

// checkOne misspells one reference.
func checkOne(t *testing.T, text, path string, at scalar, before []Finding) {
	t.Helper()
	misspelled := at.value[:2] + "q" + at.value[2:]
	lines := strings.Split(text, "\n")
	line := lines[at.line-1]
	lines[at.line-1] = line[:at.column-1] + strings.Replace(line[at.column-1:], at.value, misspelled, 1)
	var fresh []Finding
	for _, f := range found(t, strings.Join(lines, "\n")) {
		if !slices.Contains(before, f) {
			fresh = append(fresh, f)
		}
	}
	told := func(f Finding) bool {
		return strings.Contains(f.Message, misspelled) && strings.Contains(strings.ReplaceAll(f.Message, misspelled, ""), at.value)
	}
	var all []string
	isTold, untrue := false, false
	for _, f := range fresh {
		all = append(all, f.String())
		isTold = isTold || told(f)
		// What follows from the mistake names it, or says where what is named is declared.
		untrue = untrue || f.Severity == resolve.Error && !strings.Contains(f.Message, misspelled) && !strings.Contains(f.Message, "cut off")
	}
	if !isTold || untrue {
		t.Errorf("%s: %q instead of %q:\n%s", path, misspelled, at.value, strings.Join(all, "\n"))
	}
}
