// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	published "github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestReadme: each command of README.md is run by some test, or is one of the few that build and install.
func TestReadme(t *testing.T) {
	known := []string{
		// What continuous integration runs, test/install among it.
		"make build", "make run", "helm install rolewright charts/rolewright -n rolewright-system --create-namespace",
		"git clone https://github.com/rolewright/rolewright && cd rolewright", `export PATH="$PWD/bin:$PATH"`,
	}
	seen := 0
	for _, block := range blocksOf(file(t, "README.md")) {
		for i, line := range block.lines {
			command, isCommand := strings.CutPrefix(line, "$ ")
			_, isOffline := manifestsOnly(command)
			switch {
			case block.language == "sh" && slices.Contains(known, line):
			case block.language == "console" && !isCommand:
				continue
			case block.language == "console" && (isOffline || command == "echo $?" || command == karlsGrants):
			case block.language == "console" && (block.marker == "followed by: test/kinds" || strings.HasPrefix(block.marker, "served from: ")):
			case block.language == "sh" || block.language == "console":
				t.Errorf("README.md:%d: no test runs %s", block.line+1+i, line)
			default:
				continue
			}
			seen++
		}
	}
	if seen < 20 {
		t.Errorf("%d commands were looked at: README.md shows more", seen)
	}
}

// karlsGrants begins the command by which README.md reads what is published with jq, which is not everywhere.
const karlsGrants = "kubectl get configmap quickstart-permissions -n quickstart -o json |"

// TestReadmeGrants: what README.md shows of the published document is in it.
func TestReadmeGrants(t *testing.T) {
	var is published.Document
	if err := json.Unmarshal([]byte(document(t, "config/samples/quickstart")), &is); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, grant := range is.Users["karl@library.example"].Grants {
		text, err := json.Marshal(grant)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, string(text))
	}
	for _, block := range blocksOf(file(t, "README.md")) {
		if len(block.lines) > 1 && block.lines[0] == "$ "+karlsGrants {
			if shown := block.lines[2:]; !slices.Equal(shown, want) {
				t.Errorf("README.md shows %q, and published is %q", shown, want)
			}
			return
		}
	}
	t.Error("README.md does not read what is published")
}
