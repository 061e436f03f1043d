// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/crdschema"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
)

// now is when the tests look.
var now = time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC)

// header begins an object.
func header(kind, name string) string {
	return "---\napiVersion: rolewright.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec:\n"
}

var (
	catalog      = header("PermissionCatalog", "shop") + "  sections: [{name: s}]\n  permissions: [{name: do, section: s}]\n"
	organization = header("Organization", "acme") + "  catalogRef: {name: shop}\n  ignoredFindings: [NoAdministrationRules]\n"
	clerk        = header("Role", "clerk") + "  organizationRef: {name: acme}\n  rules: [{permissions: [do]}]\n"
	ann          = header("UserAssignment", "ann") + "  organizationRef: {name: acme}\n  user: ann\n  grants: [{name: clerk, roleRef: {name: clerk}, scope: {everywhere: true}}]\n"
)

// sites is a structure of some units.
func sites(units string) string {
	return header("OrganizationStructure", "sites") + "  organizationRef: {name: acme}\n  units: " + units + "\n"
}

// approved is the status of a request that gives its role.
const approved = "status: {state: Approved, grant: {startTime: 2030-05-31T23:00:00Z, endTime: 2030-06-01T01:00:00Z}}\n"

// borrowing is a request of ann's for a role, with a status.
func borrowing(role, status string) string {
	return header("ApprovalRequest", "r") + "  organizationRef: {name: acme}\n  requestType: access\n  requester: ann\n" +
		"  grant: {roleRef: {name: " + role + "}, durationSeconds: 7200}\n" + status
}

// review reads a text and lists the findings: line, severity, reason and field.
func review(t *testing.T, text string) (*Report, []string) {
	t.Helper()
	input, err := FromManifests((&manifests.Reader{Namespace: "default"}).Parse("f", []byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	report := input.Validate(now)
	var list []string
	for _, f := range report.Findings {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s", f.Position.Line, f.Severity, f.Object, f.Reason, f.Field)))
	}
	return report, list
}

func TestValidate(t *testing.T) {
	whole := catalog + organization + clerk + ann
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{name: "good", text: whole},
		{name: "order does not matter", text: ann + clerk + organization + catalog},
		{
			name: "what is refused stands for what refers to it", text: strings.Replace(whole, "[{permissions: [do]}]", "3", 1),
			want: []string{"21 Error Role/clerk FieldValueTypeInvalid spec.rules"},
		},
		{
			name: "nothing is said twice", text: whole + sites("[{name: root}, {name: second}]"),
			want: []string{"36 Error OrganizationStructure/sites FieldValueInvalid spec.units"},
		},
		{
			name: "nor when the API server counts and findings name", text: whole + sites("[{name: root}, {name: a, parent: a}]"),
			want: []string{"36 Error OrganizationStructure/sites FieldValueInvalid spec.units[1]"},
		},
		{
			name: "a rule over the whole spec hides nothing, and what says it better is said alone", text: strings.Replace(whole, "section: s}", "section: t}", 1),
			want: []string{"7 Error PermissionCatalog/shop UnknownSection spec.permissions[0].section"},
		},
		{name: "a catalog alone", text: strings.Replace(catalog, "section: s}", "section: s, implies: [x]}", 1), want: []string{
			"7 Error PermissionCatalog/shop UnknownPermission spec.permissions[0].implies[0]",
		}},
		{
			name: "a catalog of two organizations is reported once",
			text: strings.Replace(catalog, "section: s}", "section: s, implies: [x]}", 1) + organization + strings.Replace(organization, "name: acme", "name: ajax", 1),
			want: []string{
				"7 Error PermissionCatalog/shop UnknownPermission spec.permissions[0].implies[0]",
				"9 Info Organization/acme UnusedUnit", "13 Info Organization/acme UnusedPermission spec.catalogRef",
				"16 Info Organization/ajax UnusedUnit", "20 Info Organization/ajax UnusedPermission spec.catalogRef",
			},
		},
		{name: "no organization", text: catalog + clerk, want: []string{"13 Error Role/clerk UnknownOrganization spec.organizationRef.name"}},
		{name: "a foreign object", text: strings.Replace(clerk, "rolewright.dev", "rolewright.example", 1), want: []string{"2 Error / ForeignAPIGroup"}},
		{name: "status does not count", text: whole + "status: {effective: 3}\n"},
		{name: "a bad time", text: strings.Replace(whole, "scope: {everywhere", "endTime: soon, scope: {everywhere", 1), want: []string{
			"29 Error UserAssignment/ann FieldValueTypeInvalid spec.grants[0].endTime",
		}},
		{name: "a decision without its step", text: whole + header("ApprovalDecision", "d") +
			"  requestRef: {name: r, uid: u}\n  approver: ann\n  verdict: Approve\n",
			want: []string{"34 Error ApprovalDecision/d FieldValueInvalid spec", "34 Error ApprovalDecision/d FieldValueInvalid spec"}},
		{name: "a chain that asks nobody", text: whole + header("ApprovalChain", "c") +
			"  organizationRef: {name: acme}\n  requestType: order\n  when: '1 +'\n  steps:\n  - {name: one, approvers: [{type: Group, groupRef: {name: gone}}, {type: Users, users: [ann, bob]}]}\n",
			want: []string{
				"37 Error ApprovalChain/c InvalidExpression spec.when",
				"39 Error ApprovalChain/c UnknownUserGroup spec.steps[one].approvers[0].groupRef",
				"39 Error ApprovalChain/c UnknownUser spec.steps[one].approvers[1].users[1]",
				"39 Info ApprovalChain/c SingleApprover spec.steps[one].approvers",
			}},
		{name: "a request for a role that does not exist", text: whole + borrowing("clark", approved), want: []string{
			"38 Error ApprovalRequest/r UnknownRole spec.grant.roleRef",
		}},
		{name: "a request that was not approved gives nothing", text: whole + borrowing("clark", "status: {state: Pending}\n")},
		{name: "a status that cannot be read gives nothing", text: whole + borrowing("clark", "status: {state: Approved, grant: 3}\n")},
		{name: "names that YAML reads as something else", text: strings.NewReplacer("name: acme", "name: 0123", "[do]", "[no]", "name: do,", "name: no,", "user: ann", "user: 1e3", "name: clerk", "name: 17").Replace(whole), want: []string{
			"7 Error PermissionCatalog/shop MisreadValue spec.permissions[0].name", "11 Error Organization/0123 MisreadValue metadata.name",
			"18 Error Role/17 MisreadValue metadata.name", "20 Error Role/17 MisreadValue spec.organizationRef.name", "21 Error Role/17 MisreadValue spec.rules[0].permissions[0]",
			"27 Error UserAssignment/ann MisreadValue spec.organizationRef.name", "28 Error UserAssignment/ann MisreadValue spec.user",
			"29 Error UserAssignment/ann MisreadValue spec.grants[0].roleRef.name", "29 Error UserAssignment/ann FieldValueInvalid spec.grants[0].name",
		}},
		{name: "a unit without a name", text: whole + sites("[{parent: a}, {name: a, parent: a}]"), want: []string{
			"36 Error OrganizationStructure/sites FieldValueRequired spec.units[0].name",
		}},
		{name: "an organization without a name", text: strings.Replace(whole, "{name: acme}", "{}", 1), want: []string{
			"11 Error Organization/ FieldValueRequired metadata.name",
		}},
		{name: "no spec", text: strings.Replace(header("Role", "clerk"), "spec:\n", "", 1), want: []string{"2 Error Role/clerk FieldValueRequired spec"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, got := review(t, test.text); !slices.Equal(got, test.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(test.want, "\n  "))
			}
		})
	}
}

func TestCounts(t *testing.T) {
	report, _ := review(t, catalog+organization+clerk+ann+clerk+header("Gadget", "x")+"---\nkind: Pod\napiVersion: v1\n")
	if report.Files != 1 || report.Objects != 5 || report.Organizations != 1 || report.Skipped != 1 || report.Count(resolve.Error) != 2 {
		t.Errorf("got %+v", report)
	}
}

func TestFromObjects(t *testing.T) {
	var role v1alpha1.Role
	role.Name, role.Namespace, role.Spec.OrganizationRef.Name = "clerk", "shop", "acme"
	input := FromObjects(intake.Objects{Roles: []v1alpha1.Role{role}})
	report := input.Validate(now)
	if len(report.Findings) != 1 || report.Findings[0].Reason != resolve.ReasonUnknownOrganization || report.Findings[0].Position.File != "" {
		t.Errorf("got %+v", report.Findings)
	}
}

// meant says whether a sample has the finding in order to show it.
func meant(f Finding) bool {
	return f.Reason == resolve.ReasonEmptyScope || f.Reason == resolve.ReasonSeparationOfDuties
}

// TestEveryKind: every kind is read, into a namespace or none, as its schema says.
func TestEveryKind(t *testing.T) {
	schemas, err := crdschema.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range schemas.Kinds() {
		t.Run(kind.Kind, func(t *testing.T) {
			result := (&manifests.Reader{Namespace: "here"}).Parse("f", []byte(header(kind.Kind, "a")))
			namespaced, _ := schemas.Namespaced(kind)
			if got := result.Objects[0].Namespace != ""; got != namespaced {
				t.Errorf("read into a namespace: %t, want %t", got, namespaced)
			}
			input, err := FromManifests(result)
			if err != nil {
				t.Fatal(err)
			}
			if input.unknown > 0 || input.count() != 1 {
				t.Errorf("%d of %d objects are of a kind that is not read", input.unknown, input.count())
			}
		})
	}
}

// TestTheTime: what depends on the time is found at its time, and what several organizations share once.
func TestTheTime(t *testing.T) {
	shared := header("PlatformRole", "guide") + "  catalogRef: {name: shop}\n  assignableScope: Organization\n  rules: [{permissions: [gone]}]\n"
	second := strings.Replace(organization, "name: acme", "name: ajax", 1)
	ending := strings.Replace(ann, "scope: {everywhere", "endTime: 2030-06-03T00:00:00Z, scope: {everywhere", 1)
	input, err := FromManifests((&manifests.Reader{Namespace: "default"}).Parse("f", []byte(catalog+organization+second+clerk+ending+shared)))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]string{now.AddDate(0, -1, 0): "", now: resolve.ReasonGrantExpiring, now.AddDate(0, 1, 0): resolve.ReasonGrantExpired} {
		var wrong int
		var got string
		for _, f := range input.Validate(at).Findings {
			if f.Reason == resolve.ReasonUnknownPermission {
				wrong++
			}
			if f.Object.Kind == "UserAssignment" {
				got = f.Reason
			}
		}
		if wrong != 1 || got != want {
			t.Errorf("at %s the role's mistake is found %d times, and the grant %q, want once and %q", at, wrong, got, want)
		}
	}
}

// TestSamples: nothing is wrong with the samples but what they are to show.
func TestSamples(t *testing.T) {
	samples := filepath.Join("..", "..", "config", "samples")
	entries, err := os.ReadDir(samples)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			result, err := (&manifests.Reader{Namespace: "default"}).Read(filepath.Join(samples, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			input, err := FromManifests(result)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range input.Validate(now).Findings {
				if f.Severity == resolve.Info || meant(f) {
					continue
				}
				t.Errorf("%s: %s %s: %s (%s)", f.Position, f.Object, f.Field, f.Message, f.Reason)
			}
		})
	}
}

// TestPartial: of some of the organizations of a catalog, it is not said that none has a role.
func TestPartial(t *testing.T) {
	constrained := catalog + "  constraints:\n  - {name: apart, enforcement: Audit, type: SeparationOfDuties, separationOfDuties: {atMost: 1, duties: [" +
		"{name: a, roleRefs: [{name: clerk}]}, {name: b, roleRefs: [{name: elsewhere}]}]}}\n"
	read, err := FromManifests((&manifests.Reader{Namespace: "default"}).Parse("f", []byte(constrained+organization+clerk+ann)))
	if err != nil || len(read.Rejected) > 0 {
		t.Fatal(err, read.Rejected)
	}
	for _, partial := range []bool{false, true} {
		input := FromObjects(read.Objects)
		input.Partial = partial
		said := slices.ContainsFunc(input.Validate(now).Findings, func(f Finding) bool { return f.Reason == resolve.ReasonUnknownRole })
		if said == partial {
			t.Errorf("partial %t: said %t", partial, said)
		}
	}
}
