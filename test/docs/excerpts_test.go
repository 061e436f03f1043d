// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// TestExcerpts compares what pages quote with the files that it is from.
func TestExcerpts(t *testing.T) {
	for _, page := range pages(t) {
		for _, block := range page.blocks {
			if name, is := strings.CutPrefix(block.marker, "from: "); is {
				if !strings.Contains(flat(strings.Split(file(t, name), "\n")), flat(block.lines)) {
					t.Errorf("%s:%d: these lines are not in %s in a row", page.name, block.line, name)
				}
			}
			if folder, is := strings.CutPrefix(block.marker, "document of: "); is {
				if want, got := document(t, folder), strings.Join(block.lines, "\n")+"\n"; got != want {
					t.Errorf("%s:%d: %s is published as\n%s\nthe page shows\n%s", page.name, block.line, folder, want, got)
				}
			}
			if block.language == "yaml" && block.marker == "" {
				t.Errorf("%s:%d: a block of YAML must say which file it is from", page.name, block.line)
			}
		}
	}
}

// TestExampleDocument compares what the SDK's example reads with what the quickstart is published as.
func TestExampleDocument(t *testing.T) {
	const name = "pkg/permissions/testdata/quickstart/document.json"
	if want := document(t, "config/samples/quickstart"); file(t, name) != want {
		t.Errorf("%s is not what the quickstart is published as:\n%s", name, want)
	}
}

// flat takes indentation away.
func flat(lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString("\n" + strings.TrimSpace(line))
	}
	return text.String()
}

// document is what a folder of manifests is published as.
func document(t *testing.T, folder string) string {
	t.Helper()
	set, err := (&manifests.Reader{}).Read(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	input, err := validation.FromManifests(set)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := publish.Text(resolve.Organization(&input.Worlds()[0]).Document)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
