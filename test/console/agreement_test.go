// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// Random organizations, and what is asked of each.
const (
	organizations = 25
	questions     = 40
	// leastAllowed and leastReasons are what so many questions must show, or they say too little.
	leastAllowed, leastReasons = 100, 8
)

// TestTheConsoleAnswersAsTheCommand asks 1,000 random questions about random organizations on the page and with rolewright can, and
// compares the answers with all that is said about them.
func TestTheConsoleAnswersAsTheCommand(t *testing.T) {
	draw := &random{rand.New(rand.NewPCG(2030, 6))}
	allowed, reasons := 0, map[string]bool{}
	for range organizations {
		file := filepath.Join(t.TempDir(), "organization.yaml")
		if err := os.WriteFile(file, []byte(draw.organization()), 0o600); err != nil {
			t.Fatal(err)
		}
		handler := pagesOf(t, file)
		for range questions {
			q := draw.question()
			shown, said := q.onPage(t, handler), q.byCommand(t, file)
			if !shown.equals(said) {
				text, _ := os.ReadFile(file)
				t.Fatalf("%+v:\nthe page says    %+v\nthe command says %+v\n%s", q, shown, said, text)
			}
			if said.Decision {
				allowed++
			}
			reasons[said.Context.Reason] = true
		}
	}
	if allowed < leastAllowed || organizations*questions-allowed < leastAllowed || len(reasons) < leastReasons {
		t.Errorf("%d of %d are allowed, for reasons %v: the draws say too little", allowed, organizations*questions, reasons)
	}
}

// answer is what rolewright can prints as JSON, as far as a page shows it too.
type answer struct {
	Decision bool `json:"decision"`
	Context  struct {
		Reason  string   `json:"reason"`
		Message string   `json:"message"`
		Nearest []string `json:"nearest"`
	} `json:"context"`
}

func (a answer) equals(b answer) bool {
	return a.Decision == b.Decision && a.Context.Reason == b.Context.Reason && a.Context.Message == b.Context.Message &&
		slices.Equal(a.Context.Nearest, b.Context.Nearest)
}

// question is what is asked both ways.
type question struct {
	user, permission, unit, kind, id  string
	properties, subject, context, day string
}

var (
	answers = regexp.MustCompile(`(?s)<section class="answer (yes|no)" aria-live="polite"><h2>(Yes|No)</h2><p>(.*?) <code>(\w+)</code></p>(.*?)</section>`)
	items   = regexp.MustCompile(`(?s)<li>(.*?)</li>`)
	// times stand in a page for people to read, with what the engine says beside it.
	times = regexp.MustCompile(`<time datetime="([^"]*)"[^>]*>[^<]*</time>`)
)

// onPage asks the page.
func (q *question) onPage(t *testing.T, handler http.Handler) answer {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/acme/acme/ask?"+url.Values{
		"user": {q.user}, "permission": {q.permission}, "unit": {q.unit}, "type": {q.kind}, "id": {q.id}, "properties": {q.properties},
		"subject": {q.subject}, "context": {q.context}, "at": {q.day + "T00:00"},
	}.Encode(), http.NoBody)
	r.Host = "localhost"
	handler.ServeHTTP(w, r)
	found := answers.FindStringSubmatch(times.ReplaceAllString(w.Body.String(), "$1"))
	if w.Code != http.StatusOK || found == nil || (found[1] == "yes") != (found[2] == "Yes") {
		t.Fatalf("%+v: %d, without an answer: %s", q, w.Code, w.Body)
	}
	var a answer
	a.Decision, a.Context.Message, a.Context.Reason = found[1] == "yes", html.UnescapeString(found[3]), found[4]
	for _, item := range items.FindAllStringSubmatch(found[5], -1) {
		a.Context.Nearest = append(a.Context.Nearest, html.UnescapeString(item[1]))
	}
	return a
}

// byCommand asks the command.
func (q *question) byCommand(t *testing.T, file string) answer {
	t.Helper()
	arguments := []string{"rolewright", "can", q.user, q.permission, "-f", file, "-o", "json", "--at", q.day}
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				arguments = append(arguments, flag, value)
			}
		}
	}
	add("--unit", q.unit)
	if q.kind != "" {
		add("--resource", q.kind+"/"+q.id)
	}
	add("--property", strings.Split(q.properties, "\n")...)
	add("--subject-property", q.subject)
	add("--request-context", q.context)
	var out, errOut bytes.Buffer
	code := cli.Run(t.Context(), arguments, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil || code > 1 || (code == 0) != a.Decision {
		t.Fatalf("%v: %d %s%s", arguments, code, out.String(), errOut.String())
	}
	return a
}

// fixed is a source of one state.
type fixed struct{ state *state.State }

// State implements console.Source.
func (f fixed) State(context.Context) (*state.State, error) { return f.state, nil }

// pagesOf returns the pages of manifests.
func pagesOf(t *testing.T, file string) http.Handler {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := state.New(input, "1", now)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := console.New(console.Options{Source: fixed{s}, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// random draws organizations and questions.
type random struct{ *rand.Rand }

// pick returns one of some texts.
func (r *random) pick(from ...string) string { return from[r.IntN(len(from))] }

// chance is true once in so many times.
func (r *random) chance(of int) bool { return r.IntN(of) == 0 }

// some returns one or two of some texts, as YAML.
func (r *random) some(from ...string) string {
	return "[" + strings.Join(slices.Compact(slices.Sorted(slices.Values([]string{r.pick(from...), r.pick(from...)}))), ", ") + "]"
}

// Names that organizations draw from; some of what refers to them names something that does not exist.
var (
	someUsers       = []string{"ann", "ben@x.example", "=eve", "o'neil <b>"}
	somePermissions = []string{"a.read", "a.write", "b.sign"}
	someUnits       = []string{"root", "north", "south", "icu"}
	someRoles       = []string{"r1", "r2", "r3"}
	someQualifiers  = []string{"own", "small", "near"}
)

// organization returns the manifests of an organization.
func (r *random) organization() string {
	var text strings.Builder
	object := func(kind, name, spec string) {
		fmt.Fprintf(&text, "---\napiVersion: rolewright.dev/v1alpha1\nkind: %s\nmetadata: {name: %s, namespace: acme}\nspec:\n%s", kind, name, spec)
	}
	text.WriteString(`apiVersion: rolewright.dev/v1alpha1
kind: PermissionCatalog
metadata: {name: acme}
spec:
  sections: [{name: a}, {name: b}]
  permissions: [{name: a.read, section: a}, {name: a.write, section: a, implies: [a.read]}, {name: b.sign, section: b}]
  qualifiers:
  - {name: own, expression: "resource.properties.owner == subject.id"}
  - {name: small, expression: "resource.properties.amount < 100"}
  - {name: near, expression: "subject.properties.region == context.region"}
`)
	if r.chance(2) {
		text.WriteString("  prohibitions: [{name: closed, expression: 'resource.properties.closed == true', permissions: [b.sign]}]\n")
	}
	object("Organization", "acme", "  catalogRef: {name: acme}\n")
	object("OrganizationStructure", "acme", "  organizationRef: {name: acme}\n  units: [{name: root}, {name: north, parent: root, kind: site}, "+
		"{name: south, parent: root}, {name: icu, parent: north, attributes: {amount: 5}}]\n  unitGroups: [{name: ends, units: [south, icu]}]\n")
	for i, name := range someRoles {
		spec := "  organizationRef: {name: acme}\n"
		if i > 0 && r.chance(2) {
			spec += "  inherits: [{roleRef: {name: " + someRoles[r.IntN(i)] + "}}]\n"
		}
		spec += "  rules:\n"
		for range 1 + r.IntN(2) {
			spec += "  - permissions: " + r.some(somePermissions...) + "\n"
			if r.chance(2) {
				spec += "    qualifiers: " + r.some(someQualifiers...) + "\n"
			}
		}
		object("Role", name, spec)
	}
	for i, user := range someUsers {
		if !r.chance(8) {
			object("UserAssignment", fmt.Sprintf("user-%d", i), r.assignment(user))
		}
	}
	return text.String()
}

// scope returns a scope, as YAML.
func (r *random) scope() string {
	switch r.IntN(4) {
	case 0:
		return "{everywhere: true}"
	case 1:
		return "{unitGroups: [ends]}"
	}
	return "{units: " + r.some(append([]string{"gone"}, someUnits...)...) + "}"
}

// assignment returns what a user holds.
func (r *random) assignment(user string) string {
	spec := fmt.Sprintf("  organizationRef: {name: acme}\n  user: %q\n", user)
	if r.chance(6) {
		spec += "  state: Suspended\n"
	}
	if r.chance(2) {
		spec += "  profile: {attributes: {region: " + r.pick("east", "west") + "}}\n"
	}
	spec += "  grants:\n"
	for i := range 1 + r.IntN(3) {
		spec += fmt.Sprintf("  - {name: g%d, roleRef: {name: %s}, scope: %s", i, r.pick(append([]string{"gone"}, someRoles...)...), r.scope())
		if r.chance(3) {
			spec += fmt.Sprintf(", startTime: %q, endTime: %q", "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")
		}
		spec += "}\n"
	}
	if r.chance(3) {
		spec += fmt.Sprintf("  overrides: [{name: o, permission: %s, effect: %s, scope: %s}]\n", r.pick(somePermissions...), r.pick("Allow", "Deny"), r.scope())
	}
	return spec
}

// question draws a question, some of it about what does not exist.
func (r *random) question() question {
	q := question{
		user: r.pick(append([]string{"nobody"}, someUsers...)...), permission: r.pick(append([]string{"c.gone"}, slices.Repeat(somePermissions, 3)...)...),
		unit: r.pick(append([]string{"", "gone"}, slices.Repeat(someUnits, 3)...)...), day: r.pick("2029-06-01", "2030-06-01", "2031-01-01"),
	}
	if r.chance(3) {
		q.kind, q.id = r.pick("order", "site"), r.pick("1", "north", "a/b")
	}
	var properties []string
	for _, property := range []string{"owner=" + q.user, "amount=" + r.pick("5", "500", "much"), "closed=" + r.pick("true", "false", "maybe")} {
		if !r.chance(3) {
			properties = append(properties, property)
		}
	}
	q.properties = strings.Join(properties, "\n")
	if r.chance(3) {
		q.subject = "region=" + r.pick("east", "west")
	}
	if !r.chance(3) {
		q.context = "region=" + r.pick("east", "west")
	}
	return q
}
