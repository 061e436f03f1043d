// SPDX-License-Identifier: Apache-2.0

package suite_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/suite/report"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// library is the organization that the suites of these tests are about.
const library = "../../config/samples/quickstart"

// head begins a suite about it.
const head = `apiVersion: test.rolewright.dev/v1alpha1
kind: Suite
now: 2030-06-01
users: {rosa: rosa@library.example, lena: lena@library.example, karl: karl@library.example, ghost: ghost@library.example}
resources:
  hers: {type: loan, id: "17", in: hill, properties: {borrower: rosa@library.example}}
times: {later: 2099-01-01}
states: {lena-reads: {give: reader, to: lena, in: hill}}
`

// loaded are manifests that were read.
var loaded = map[string]*validation.Input{}

// load reads manifests once.
func load(paths ...string) (*validation.Input, error) {
	key := strings.Join(paths, " ")
	if loaded[key] == nil {
		input, err := validation.Load(&manifests.Reader{Namespace: "default"}, paths...)
		if err != nil {
			return nil, err
		}
		loaded[key] = input
	}
	return loaded[key], nil
}

// read reads a suite.
func read(t *testing.T, text string) *manifests.Suite {
	t.Helper()
	result := (&manifests.Reader{}).Parse("suite.yaml", []byte(text))
	if len(result.Suites) != 1 || len(result.Diagnostics) > 0 {
		t.Fatalf("%d suites and %v in\n%s", len(result.Suites), result.Diagnostics, text)
	}
	return &result.Suites[0]
}

// run runs a suite about the library.
func run(t *testing.T, text string) *suite.Result {
	t.Helper()
	return suite.Run(read(t, text), &suite.Options{Load: load, Manifests: []string{library}})
}

// passed reports whether a suite passes, and writes otherwise what it says.
func passed(t *testing.T, text string) bool {
	t.Helper()
	result := run(t, text)
	if !result.Passed() || len(result.Cases) == 0 {
		t.Logf("%s\n%s", text, report.Text(result, true, terminal.Style{}))
		return false
	}
	return true
}

func TestProblems(t *testing.T) {
	for text, want := range problems {
		result := run(t, head+text)
		var all []string
		for _, p := range result.Problems {
			all = append(all, p.String())
		}
		if got := strings.Join(all, "\n"); !strings.Contains(got, want) {
			t.Errorf("%s\nsays\n%s\nnot\n%s", text, got, want)
		}
	}
}

// problems are suites that cannot be run, and what is said of them.
var problems = map[string]string{
	"decisions: []":                  "suite.yaml:9: decisions: it is empty",
	"":                               "one of these keys is missing: decisions, searches, approvals, administration, constraints",
	"decision: []":                   `there is no key "decision" here: did you mean "decisions"?`,
	"decisions: [{who: rosa}]":       "decisions[0]: one of these keys is missing: can, cannot",
	"decisions: [{can: loans.view}]": "decisions[0]: it lacks who",
	"decisions: [{who: rosa, can: [], in: hill}]":                                                      "decisions[0].can: it is empty",
	"decisions: [{who: 7, can: loans.view}]":                                                           "decisions[0].who: it is read as the number 7: write text or a list",
	"decisions: [{who: no, can: loans.view}]":                                                          "decisions[0].who: it is read as the boolean false",
	"decisions: [{who: rosa, can: loans.view, reason: Because}]":                                       "decisions[0].reason: Because is none of the words that may stand here",
	"decisions: [{who: rossa, can: loans.view}]":                                                       `decisions[0].who: there is no user "rossa": did you mean "rosa"?`,
	"decisions: [{who: ghost, can: loans.view}]":                                                       `decisions[0].who: there is no user "ghost@library.example"`,
	"decisions: [{who: rosa, can: loans.vew}]":                                                         `decisions[0].can: there is no permission "loans.vew": did you mean "loans.view"?`,
	"decisions: [{who: rosa, can: loans.view, in: hil}]":                                               `decisions[0].in: there is no unit "hil": did you mean "hill"?`,
	"decisions: [{who: rosa, can: loans.view, resource: his}]":                                         `decisions[0].resource: there is no resource "his": did you mean "hers"?`,
	"decisions: [{who: rosa, can: loans.view, when: soon}]":                                            `decisions[0].when: "soon" is neither a time nor one of times`,
	"decisions: [{who: rosa, can: loans.view, resource: hers, in: hill}]":                              "resource hers already lies in unit hill",
	"decisions: [{who: rosa, can: loans.view, given: lena-read}]":                                      `there is no state "lena-read": did you mean "lena-reads"?`,
	"decisions: [{who: rosa, can: loans.view, unknown: rosa}]":                                         `user "rosa@library.example" exists, although the case says that it is unknown`,
	"decisions: [{who: rosa, can: loans.view, unknown: [attic]}]":                                      `decisions[0].unknown[0]: the case does not name "attic"`,
	"decisions: [{who: rosa, can: loans.view, given: {give: readr, to: rosa}}]":                        `decisions[0].given.give: there is no role "readr": did you mean "reader"?`,
	"decisions: [{who: rosa, can: loans.view, given: {give: reader}}]":                                 "give needs to",
	"decisions: [{who: rosa, can: loans.view, given: {give: reader, take: reader}}]":                   "it has keys of which only one may be there",
	"decisions: [{who: rosa, can: loans.view, given: {to: rosa}}]":                                     "one of these keys is missing: give, take",
	"decisions: [{who: rosa, can: loans.view, given: {take: curator, from: rosa}}]":                    "there is nothing to take",
	"decisions: [{who: rosa, can: loans.view, given: {delete: Role/raeder}}]":                          `there is no object "Role/raeder": did you mean "Role/reader"?`,
	"decisions: [{who: rosa, can: loans.view, given: {patch: Role/reader, with: {spec: {rulez: 1}}}}]": "the API server would reject Role/reader: spec.rulez",
	"decisions: [{who: rosa, can: loans.view, given: {apply: {kind: Pod, apiVersion: v1}}}]":           "it is no object of rolewright.dev",
	"searches: [{whoCan: loans.view}]":                                                                 "one of these keys is missing: exactly, includes, excludes",
	"searches: [{whoCan: loans.view, whatCan: rosa, exactly: []}]":                                     "it has keys of which only one may be there",
	"searches: [{whereCan: rosa, exactly: [hill]}]":                                                    "whereCan needs permission",
	"searches: [{whoCan: loans.view, exactly: [rosso]}]":                                               `there is no user "rosso"`,
	"searches: [{whereCan: rosa, permission: loans.view, exactly: [{in: hill, if: on}]}]":              "it is read as the boolean true",
	"searches: [{whereCan: rosa, permission: loans.view, exactly: [{in: hill, if: owm}]}]":             `there is no qualifier "owm": did you mean "own"?`,
	"approvals: [{request: loan, by: rosa, denied: x}]":                                                `approvals[0].request: there is no type of request "loan"`,
	"approvals: [{request: loan, by: rosa}]":                                                           "one of these keys is missing: chain, steps, stuck, denied, waits",
	"approvals: [{request: loan, by: rosa, steps: {one: Askd}}]":                                       "Askd is none of the words that may stand here",
	"administration: [{who: lena, may: {give: reader, to: rosa, in: hil}}]":                            `administration[0].may.in: there is no unit "hil"`,
	"administration: [{who: lena, may: {patch: Role/reader, with: {metadata: {}}}}]":                   "the change changes nothing that is judged",
	"administration: [{who: lena, may: {suspend: rosa}, mayNot: {suspend: rosa}}]":                     "it has keys of which only one may be there",
	"constraints: [{constraint: four-eyes, violatedBy: []}]":                                           `constraints[0].constraint: there is no constraint "four-eyes"`,
	"organization: villa\ndecisions: [{who: rosa, can: loans.view}]":                                   `the manifests have no organization "villa": there are quickstart/quickstart`,
	"manifests: 7\ndecisions: [{who: rosa, can: loans.view}]":                                          "manifests: it is read as the number 7",
	"given: {remove: ghost}\ndecisions: [{who: rosa, can: loans.view}]":                                `given.remove: there is no user "ghost@library.example"`,
	"decisions: [{who: rosa, can: loans.view, who: lena}]":                                             "the field is already set on line 9",
}

// What passes says as much as what fails: a suite of which every expectation is turned round must fail in every case.
func TestRunAgreesWithTheEngine(t *testing.T) {
	input, err := validation.Load(&manifests.Reader{}, library)
	if err != nil {
		t.Fatal(err)
	}
	world := intake.Worlds(input.Objects)[0]
	doc := resolve.Organization(&world).Document
	at := time.Date(2030, 6, 1, 0, 0, 0, 0, time.UTC)
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := "decisions:", "decisions:"
	for user := range doc.Users {
		for permission := range doc.Permissions {
			for unit := range doc.Units {
				request := access.Request{
					Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
					Resource: access.Resource{Properties: map[string]any{access.PropertyUnit: unit}},
				}
				yes, no := "can", "cannot"
				if !index.Check(&request) {
					yes, no = no, yes
				}
				row := "\n  - {who: " + user + ", in: " + unit + ", "
				right += row + yes + ": " + permission + "}"
				wrong += row + no + ": " + permission + "}"
			}
		}
	}
	if !passed(t, head+right) {
		t.Error("not everything passes")
	}
	if result := run(t, head+wrong); result.Failed() != len(result.Cases) || len(result.Cases) != strings.Count(wrong, "who") {
		t.Errorf("of %d cases, %d fail", len(result.Cases), result.Failed())
	}
}

// cases are suites that pass.
var cases = []string{
	"decisions: [{who: ghost, cannot: loans.view, unknown: ghost, reason: UnknownUser}]",
	"decisions: [{who: rosa, cannot: loans.vew, unknown: [loans.vew], reason: UnknownPermission, says: no permission}]",
	"decisions: [{who: rosa, cannot: loans.view, in: attic, unknown: attic, reason: UnknownUnit}]",
	"decisions: [{who: rosa, can: loans.view, resource: {type: loan, id: '1', properties: {borrower: rosa@library.example}}, in: [hill, town]}]",
	"decisions: [{who: rosa, can: loans.view, in: hill, properties: {borrower: rosa@library.example}}]",
	"decisions: [{who: lena, can: collection.view, in: hill, given: lena-reads}, {who: lena, cannot: collection.view, in: hill}]",
	"given: [{add: ghost}, {give: reader, to: ghost, everywhere: true, until: later}]\n" +
		"decisions: [{who: ghost, can: collection.view}, {who: ghost, cannot: collection.view, when: [later, 2100-01-01]}]",
	"decisions: [{who: lena, cannot: collection.view, in: harbour, given: {suspend: lena}, reason: Suspended}]",
	"decisions: [{who: lena, can: collection.view, in: harbour, given: [{suspend: lena}, {reinstate: lena}]}]",
	"decisions: [{who: lena, cannot: collection.view, in: harbour, given: {remove: lena}, unknown: lena}]",
	"decisions: [{who: lena, cannot: loans.view, in: harbour, given: {deny: loans.view, to: lena}, reason: Denied}]",
	"decisions: [{who: lena, can: collection.withdraw, in: hill, given: {allow: collection.withdraw, to: lena, in: hill}, reason: GrantedByOverride}]",
	"decisions: [{who: rosa, cannot: collection.view, given: {take: reader, from: rosa}}]",
	"decisions: [{who: rosa, cannot: collection.view, given: {patch: UserAssignment/rosa, with: {spec: {grants: [{name: reader, $patch: delete}]}}}}]",
	"decisions: [{who: lena, can: loans.view, in: cellar, given: {patch: OrganizationStructure/quickstart, with: {spec: {units: [{name: cellar, parent: harbour}]}}}}]",
	"decisions: [{who: lena, cannot: loans.create, in: harbour, given: {delete: Role/librarian}}]",
	"decisions: [{who: rosa, can: loans.create, in: hill, given: [{apply: {apiVersion: rolewright.dev/v1alpha1, kind: Role, metadata: {name: lender}, " +
		"spec: {organizationRef: {name: quickstart}, rules: [{permissions: [loans.create]}]}}}, {give: lender, to: rosa, everywhere: true}]}]",
	"decisions: [{who: rosa, can: loans.view, in: hill, given: {apply: ../../docs/examples/curators.yaml}, properties: {borrower: rosa@library.example}}]",
	"searches: [{whoCan: loans.create, in: harbour, exactly: [lena], includes: lena@library.example, excludes: [rosa, karl]}]",
	"searches: [{whatCan: rosa, resource: hers, exactly: [loans.view, collection.view, loans.extend]}]",
	"searches: [{whatCan: ghost, unknown: ghost, exactly: []}]",
	"searches: [{whereCan: rosa, permission: loans.view, exactly: [{in: hill, if: own}, {in: town, if: own}, {in: harbour, if: own}], excludes: [hill]}]",
	"administration: [{who: lena, may: {give: reader, to: karl, in: harbour}, rule: readers, says: give role reader}]",
	"administration: [{who: [rosa, karl], mayNot: [{add: ghost}, {give: reader, to: ghost, in: harbour}]}]",
	"administration: [{who: lena, may: [{add: ghost}, {give: reader, to: ghost, in: harbour}], rule: readers}]",
	"administration: [{who: lena, mayNot: {delete: Organization/quickstart}}]",
	"administration: [{who: ghost, mayNot: {give: reader, to: rosa, in: harbour}, unknown: ghost, says: is not a user}]",
}

func TestCases(t *testing.T) {
	for _, text := range cases {
		if !passed(t, head+text) {
			t.Errorf("it does not pass: %s", text)
		}
	}
}

// onPlatform are suites about the platform itself, with what is said of them; nothing, if they pass.
var onPlatform = map[string]string{
	"decisions: [{who: sal@platform.example, can: CREATE_AGENCY}, {who: sue@platform.example, cannot: CREATE_AGENCY, reason: NotGranted}]":                         "",
	"decisions: [{who: una@platform.example, cannot: CREATE_AGENCY, unknown: una@platform.example, reason: UnknownUser, says: of the platform}]":                   "",
	"searches: [{whoCan: CREATE_AGENCY, exactly: [root@platform.example, sal@platform.example]}]":                                                                  "",
	"decisions: [{who: sal@platform.example, cannot: CREATE_AGENCY, given: {patch: PlatformAssignment/sal, with: {spec: {state: Suspended}}}, reason: Suspended}]": "",
	"decisions: [{who: sal@platform.example, cannot: CREATE_AGENCY, given: {delete: PlatformAssignment/sal}, unknown: sal@platform.example}]":                      "",
	"decisions: [{who: sal@platform.example, can: CREATE_AGENCY, given: {give: sales-onboarding, to: sal@platform.example}}]":                                      "only PlatformAssignments give anything on the platform itself",
	"decisions: [{who: sal@platform.example, can: CREATE_AGENCY, in: north}]":                                                                                      `there is no unit "north"`,
	"approvals: [{request: extension, by: sal@platform.example, denied: x}]":                                                                                       "requests are made in an organization",
	"administration: [{who: sal@platform.example, may: {add: x}}]":                                                                                                 "what is administered is an organization",
	"organization: agency\ndecisions: [{who: sal@platform.example, can: CREATE_AGENCY}]":                                                                           "leave one of the two out",
}

func TestThePlatform(t *testing.T) {
	const homehealth = "../../config/samples/homehealth"
	of := func(catalog, text string) *suite.Result {
		written := "apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: 2030-06-01\nplatform: " + catalog + "\n" + text
		return suite.Run(read(t, written), &suite.Options{Load: load, Manifests: []string{homehealth}, Coverage: &suite.Coverage{}})
	}
	for text, want := range onPlatform {
		result := of("homehealth", text)
		said := fmt.Sprint(result.Problems)
		if result.Passed() != (want == "") || !strings.Contains(said, want) {
			t.Errorf("%s\nsays %s\n%s", text, said, report.Text(result, true, terminal.Style{}))
		}
	}
	if result := of("homehelth", "decisions: [{who: sal@platform.example, can: CREATE_AGENCY}]"); result.Passed() ||
		!strings.Contains(fmt.Sprint(result.Problems), `the manifests have no catalog "homehelth": there are homehealth`) {
		t.Errorf("of an unknown catalog it says %v", result.Problems)
	}
}

func TestRunSelects(t *testing.T) {
	text := head + "decisions: [{who: rosa, can: collection.view}, {name: second, who: rosa, can: collection.view}]"
	result := suite.Run(read(t, text), &suite.Options{
		Load: load, Manifests: []string{library}, Run: regexp.MustCompile("^decisions/sec"),
	})
	if len(result.Cases) != 1 || result.Cases[0].Name != "decisions/second" || result.Cases[0].Position.Line != 9 {
		t.Errorf("the cases are %+v", result.Cases)
	}
}

// A suite finds its manifests beside itself.
func TestManifestsAreRelativeToTheSuite(t *testing.T) {
	absolute, err := filepath.Abs(library)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(absolute, filepath.Join(folder, "library")); err != nil {
		t.Fatal(err)
	}
	text := head + "manifests: library\ndecisions: [{who: rosa, can: collection.view}]"
	read := (&manifests.Reader{}).Parse(filepath.Join(folder, "suite.yaml"), []byte(text))
	result := suite.Run(&read.Suites[0], &suite.Options{Load: load})
	if !result.Passed() || result.Organization != "quickstart/quickstart" {
		t.Error(report.Text(result, true, terminal.Style{}))
	}
	none := suite.Run(&(&manifests.Reader{}).Parse("s", []byte(strings.Replace(text, "manifests: library\n", "", 1))).Suites[0], &suite.Options{})
	if len(none.Problems) != 1 || !strings.Contains(none.Problems[0].Message, "it names no manifests") {
		t.Errorf("the problems are %v", none.Problems)
	}
}

func TestJSON(t *testing.T) {
	encoded, err := json.Marshal(report.NewJSON([]*suite.Result{run(t, head+"decisions: [{who: rosa, can: loans.create}]")}))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"passed":false`, `"question":"rosa can loans.create"`, `"expected":"yes","answered":"no"`, `"line":9`} {
		if !strings.Contains(string(encoded), part) {
			t.Errorf("%s is not in %s", part, encoded)
		}
	}
}
