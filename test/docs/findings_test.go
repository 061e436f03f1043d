// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/test/worstcases"
)

const (
	findingsPage = "docs/findings.md"
	// findingsExample has every finding, at this moment.
	findingsExample = "docs/examples/findings.yaml"
)

var findingsAt = time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC)

var (
	// sectionPattern matches a section about a reason: its severities, where it is found, and an example.
	sectionPattern = regexp.MustCompile("(?s)\n### (\\w+)\n\n([A-Z][A-Za-z, ]*) · (.+?)\n\n(.+?)\n\n```text\n(.+?)\n```\n")
	row            = regexp.MustCompile(`(?m)^\| \[(\w+)\]\(#(\w+)\) \| ([A-Za-z, ]+) \| (yes|no|the Warnings) \|$`)
	indices        = regexp.MustCompile(`\[[^]]+\]`)
)

// TestFindings checks that the page on findings has a section and a row for each reason, and no others.
func TestFindings(t *testing.T) {
	text := file(t, findingsPage)
	want := slices.Sorted(slices.Values(reasons(t, "internal/resolve")))
	severities := map[string]string{}
	for _, section := range sectionPattern.FindAllStringSubmatch(text, -1) {
		severities[section[1]] = section[2]
	}
	if got := slices.Sorted(maps.Keys(severities)); !slices.Equal(got, want) {
		t.Errorf("%s has sections for\n%v\nand the reasons are\n%v", findingsPage, got, want)
	}
	var got []string
	for _, row := range row.FindAllStringSubmatch(text, -1) {
		got = append(got, row[1])
		anchor := strings.ToLower(row[1])
		if row[2] != anchor || row[3] != severities[row[1]] || row[4] != switchable(row[3]) {
			t.Errorf("the row %s does not agree with its section", row[0])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s has rows for\n%v\nand the reasons are\n%v", findingsPage, got, want)
	}
}

// switchable returns which findings of some severities an organization can switch off.
func switchable(severities string) string {
	switch {
	case !strings.Contains(severities, resolve.Error.String()):
		return "yes"
	case strings.Contains(severities, resolve.Warning.String()):
		return "the Warnings"
	}
	return "no"
}

// TestFindingsExample checks that the page shows findings of an example that has every finding.
func TestFindingsExample(t *testing.T) {
	found := exampleFindings(t)
	text := file(t, findingsPage)
	for _, section := range sectionPattern.FindAllStringSubmatch(text, -1) {
		reason, severities, places, example := section[1], section[2], strings.Join(strings.Fields(section[3]), " "), section[5]
		if len(found[reason]) == 0 {
			t.Errorf("%s has no finding %s", findingsExample, reason)
			continue
		}
		shown := false
		for i := range found[reason] {
			f := &found[reason][i]
			shown = shown || line(f) == example
			if !strings.Contains(severities, f.Severity.String()) {
				t.Errorf("%s gives %s the severity %s, but one is: %s", findingsPage, reason, severities, line(f))
			}
			if !strings.Contains(places, f.Object.Kind) || !strings.Contains(places, place(f.Field)) {
				t.Errorf("%s says that %s is found in %s, but one is: %s", findingsPage, reason, places, line(f))
			}
		}
		if !shown {
			first := line(&found[reason][0])
			t.Errorf("%s shows\n%s\nwhich %s does not have; it has\n%s\n(go test ./test/docs -update writes it)", findingsPage, example, findingsExample, first)
			text = strings.Replace(text, example, first, 1)
		}
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, findingsPage), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// exampleFindings returns the findings of the example, by reason.
func exampleFindings(t *testing.T) map[string][]validation.Finding {
	t.Helper()
	set := (&manifests.Reader{Namespace: "default"}).Parse(findingsExample, []byte(file(t, findingsExample)+tooManyUnits()))
	input, err := validation.FromManifests(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range input.Rejected {
		t.Errorf("the API server would refuse %s: %s", findingsExample, line(&f))
	}
	found := map[string][]validation.Finding{}
	for _, f := range slices.Concat(input.Validate(findingsAt).Findings, refusedFindings(), costlyFindings(t)) {
		found[f.Reason] = append(found[f.Reason], f)
	}
	return found
}

// refusedFindings returns the findings of objects that the API server refuses, as a manager has them that is older than the
// custom resource definitions.
func refusedFindings() []validation.Finding {
	object := metav1.ObjectMeta{Namespace: "findings-bank", Name: "branch"}
	branch := v1alpha1.OrganizationReference{Name: object.Name}
	world := intake.World(object.Namespace, object.Name, &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: object, Spec: v1alpha1.OrganizationSpec{
			Publishing: &v1alpha1.Publishing{Labels: map[string]v1alpha1.LabelValue{"the team": "loans"}},
		}}, Catalog: &v1alpha1.PermissionCatalog{},
		Structures: []v1alpha1.OrganizationStructure{{ObjectMeta: object, Spec: v1alpha1.OrganizationStructureSpec{
			OrganizationRef: branch, Waivers: []v1alpha1.Waiver{{Name: "strike"}},
		}}},
		Chains: []v1alpha1.ApprovalChain{{
			ObjectMeta: metav1.ObjectMeta{Namespace: object.Namespace, Name: "large-loan"},
			Spec: v1alpha1.ApprovalChainSpec{OrganizationRef: branch, RequestType: "loan", Steps: []v1alpha1.ApprovalStep{{
				Name: "board", Approvers: []v1alpha1.ApproverSelector{{Type: "Everybody"}},
			}}},
		}},
	})
	var found []validation.Finding
	for _, f := range resolve.Organization(&world).Findings {
		if slices.Contains([]string{resolve.ReasonUnknownType, resolve.ReasonInvalidWaiver, resolve.ReasonInvalidKey}, f.Reason) {
			found = append(found, validation.Finding{
				Severity: f.Severity, Object: f.Object, Field: f.Field, Reason: f.Reason, Message: f.Message,
			})
		}
	}
	return found
}

// costlyFindings returns the findings of an organization whose roles hold permissions on too many conditions, and of one that is given
// up.
func costlyFindings(t *testing.T) []validation.Finding {
	t.Helper()
	world := intake.World(worstcases.Name, worstcases.Name, worstcases.Layers())
	resolved := resolve.Organization(&world)
	givenUp, err := resolve.Budget(1).Organization(t.Context(), &world)
	if err != nil {
		t.Fatal(err)
	}
	var found []validation.Finding
	for _, f := range slices.Concat(resolved.Findings, givenUp.Findings) {
		if slices.Contains([]string{resolve.ReasonTooManyAlternatives, resolve.ReasonWorkLimitExceeded}, f.Reason) {
			f.Message = strings.ReplaceAll(f.Message, " 1 steps", fmt.Sprintf(" %d steps", resolve.DefaultBudget))
			found = append(found, validation.Finding{
				Severity: f.Severity, Object: f.Object, Field: f.Field, Reason: f.Reason, Message: f.Message,
			})
		}
	}
	return found
}

// tooManyUnits are structures with 5,002 units: too many to write.
func tooManyUnits() string {
	var text strings.Builder
	for i := range 10 {
		fmt.Fprintf(&text, "---\napiVersion: rolewright.dev/v1alpha1\nkind: OrganizationStructure\n"+
			"metadata: {name: branch-%d, namespace: findings-bank}\nspec:\n  organizationRef: {name: branch}\n  units:\n", i)
		for j := range 500 {
			fmt.Fprintf(&text, "  - {name: desk-%d-%03d, parent: counter}\n", i, j)
		}
	}
	return text.String()
}

// line returns a finding as validate prints it, without file and line.
func line(f *validation.Finding) string {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s", strings.ToLower(f.Severity.String()), f.Object)
	if f.Field != "" {
		text.WriteString(" " + f.Field)
	}
	fmt.Fprintf(&text, ": %s (%s)", f.Message, f.Reason)
	return text.String()
}

// place returns a field as the page writes it.
func place(field string) string {
	if field == "" {
		return "the object"
	}
	if strings.HasPrefix(field, "spec.profile.attributes.") {
		field = "spec.profile.attributes"
	}
	return "`" + indices.ReplaceAllString(field, "[]") + "`"
}
