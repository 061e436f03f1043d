// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/internal/intake"
)

// shownElsewhere are reasons of findings that take organizations too large for a page; test/worstcases has them.
var shownElsewhere = []string{"TooManyUnits", "TooManyAlternatives", "WorkLimitExceeded"}

var (
	heading = regexp.MustCompile(`(?m)^### (\w+)$`)
	kinds   = regexp.MustCompile(`\b(?:Organization|OrganizationStructure|Role|PlatformRole|UserAssignment|UserGroup|PlatformAssignment|` +
		`PermissionCatalog|ApprovalChain|ApprovalRequest)\b`)
)

// documentedKinds returns the kinds of objects on which docs/findings.md says that a finding of each reason is shown.
func documentedKinds(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	for _, section := range heading.Split(string(page), -1)[1:] {
		reason := heading.FindAllStringSubmatch(string(page), -1)[len(documented)][1]
		paragraph, _, _ := strings.Cut(strings.TrimSpace(section), "\n\n")
		documented[reason] = kinds.FindAllString(paragraph, -1)
		slices.Sort(documented[reason])
		documented[reason] = slices.Compact(documented[reason])
	}
	return documented
}

// shownKinds returns the kinds of objects on which findings of each reason are shown for some objects.
func shownKinds(t *testing.T, files ...string) map[string][]string {
	t.Helper()
	shown := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range FromObjects(objectsOf(t, string(text))).Validate(time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC)).Findings {
			if !slices.Contains(shown[f.Reason], f.Object.Kind) {
				shown[f.Reason] = append(shown[f.Reason], f.Object.Kind)
			}
		}
	}
	for _, list := range shown {
		slices.Sort(list)
	}
	return shown
}

// objectsOf reads objects as a cluster may hold them: the API server that took them may have known other rules.
func objectsOf(t *testing.T, text string) intake.Objects {
	t.Helper()
	var objects intake.Objects
	for document := range strings.SplitSeq(text, "\n---\n") {
		var typed struct {
			Kind string `json:"kind"`
		}
		if err := yaml.Unmarshal([]byte(document), &typed); err != nil {
			t.Fatal(err)
		}
		object := intake.NewObject(typed.Kind)
		if err := yaml.Unmarshal([]byte(document), object); err != nil {
			t.Fatalf("%v in %s", err, document)
		}
		objects.Append(object)
	}
	return objects
}

// TestKindsOfFindings: each finding is shown on the objects of each kind that docs/findings.md names, and on no others. What is
// wrong with one object is told on those, too, that do without something because of it.
func TestKindsOfFindings(t *testing.T) {
	documented := documentedKinds(t)
	shown := shownKinds(t, "../../docs/examples/findings.yaml", "testdata/kinds.yaml")
	for reason, kinds := range documented {
		if !slices.Contains(shownElsewhere, reason) && !slices.Equal(kinds, shown[reason]) {
			t.Errorf("%s: docs/findings.md says that it is on %v, and it is on %v", reason, kinds, shown[reason])
		}
	}
	for reason := range shown {
		if documented[reason] == nil {
			t.Errorf("docs/findings.md has no section %s", reason)
		}
	}
}
