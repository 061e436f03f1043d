// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
)

// newUser is a user whom the quickstart lacks.
const newUser = `
apiVersion: rolewright.dev/v1alpha1
kind: UserAssignment
metadata: {name: mia}
spec:
  organizationRef: {name: quickstart}
  user: mia@library.example
  grants:
  - {name: reader, roleRef: {kind: Role, name: reader}, scope: {units: [harbour]}}
`

// form is a request that sends what a person wrote, and files if there are any.
func form(t *testing.T, path string, values url.Values, files ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, value := range all {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile("files", "some.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Host = "localhost"
	return r
}

func send(handler http.Handler, r *http.Request) string {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Body.String()
}

// TestWhatIf compares manifests with the state.
func TestWhatIf(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	const path = "/quickstart/quickstart/changes"
	text, err := os.ReadFile("../../config/samples/quickstart/quickstart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	everything := strings.ReplaceAll(string(text), "rosa", "ruth")
	for name, test := range map[string]struct {
		values url.Values
		files  []string
		want   []string
	}{
		"a new user":            {values: url.Values{"manifests": {newUser}}, want: []string{"1 user gains", "mia@library.example"}},
		"a file":                {files: []string{newUser}, want: []string{"1 user gains", "mia@library.example"}},
		"a text and a file":     {values: url.Values{"manifests": {newUser}}, files: []string{strings.ReplaceAll(newUser, "mia", "ida")}, want: []string{"2 users gain"}},
		"all but the rest":      {values: url.Values{"manifests": {newUser}, "whole": {"yes"}}, want: []string{"cannot be resolved"}},
		"all that there is":     {values: url.Values{"manifests": {everything}, "whole": {"yes"}}, want: []string{"1 user gains", "1 user loses", "ruth@", "rosa@"}},
		"applied over":          {values: url.Values{"manifests": {everything}}, want: []string{"1 user gains", "ruth@"}},
		"no YAML":               {values: url.Values{"manifests": {"a: ["}}, want: []string{`role="alert"`}},
		"an unknown field":      {values: url.Values{"manifests": {newUser + "  oops: true\n"}}, want: []string{"would not accept", "oops"}},
		"of another":            {values: url.Values{"manifests": {strings.ReplaceAll(newUser, "{name: quickstart}", "{name: other}")}}, want: []string{"1 object of other organizations"}},
		"nothing":               {want: []string{"Manifests are compared with what is in force", "Nothing has been published yet"}},
		"nobody is asked about": {values: url.Values{"manifests": {newUser}, "as": {" "}}, want: []string{"1 user gains"}},
	} {
		body := send(handler, form(t, path, test.values, test.files...))
		for _, wanted := range test.want {
			if !strings.Contains(body, wanted) {
				t.Errorf("%s: no %q in %s", name, wanted, between(body, "<h1>", "<h2>What if"))
			}
		}
		if strings.Contains(body, "may make this change") || strings.Contains(body, `hx-trigger="state-changed`) {
			t.Errorf("%s: the page judges someone, or forgets itself when the state changes", name)
		}
	}
}

// TestWhetherAUserMay judges changes by the rules of librarians, who take in readers at their branch.
func TestWhetherAUserMay(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	const path = "/quickstart/quickstart/changes"
	for name, test := range map[string]struct {
		manifests, as string
		want          []string
	}{
		"a reader at the branch": {newUser, "lena@library.example", []string{"lena@library.example may make this change", "rule readers"}},
		"a reader elsewhere": {strings.ReplaceAll(newUser, "harbour", "hill"), "lena@library.example", []string{
			"may not make this change", " refused", "One refused act refuses the whole change",
		}},
		"a librarian": {strings.ReplaceAll(newUser, "name: reader}", "name: librarian}"), "lena@library.example", []string{"may not make this change", "librarian"}},
		"a reader":    {newUser, "rosa@library.example", []string{"rosa@library.example may not make this change"}},
		"nobody":      {newUser, "<b>", []string{"&lt;b&gt; may not make this change"}},
	} {
		body := send(handler, form(t, path, url.Values{"manifests": {test.manifests}, "as": {test.as}}))
		for _, wanted := range test.want {
			if !strings.Contains(body, wanted) {
				t.Errorf("%s: no %q in %s", name, wanted, between(body, "<h1>", "<h2>What if"))
			}
		}
	}
}

// onePerson is the only one who looks at the pages.
type onePerson struct{ user v1alpha1.UserID }

func (p onePerson) Person(context.Context) (*console.Person, error) {
	return &console.Person{User: p.user}, nil
}

// TestPeopleMayAskForThemselvesOnly: the page judges the person who looks, no matter whom they name.
func TestPeopleMayAskForThemselvesOnly(t *testing.T) {
	handler, err := console.New(console.Options{
		Source: source{state: stateOf(t, "../../config/samples/quickstart")}, People: onePerson{"rosa@library.example"},
		Clock: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	body := send(handler, form(t, "/quickstart/quickstart/changes", url.Values{"manifests": {newUser}, "as": {"lena@library.example"}}))
	if !strings.Contains(body, "rosa@library.example may not make this change") || strings.Contains(body, `name="as"`) {
		t.Errorf("the page judges %s", between(body, "<h1>", "<h2>What if"))
	}
}

// TestWithoutARole shows what would change if a role went.
func TestWithoutARole(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	body := get(handler, "/quickstart/quickstart/without?role=reader&as=lena@library.example").Body.String()
	for _, wanted := range []string{"If Reader went", "lose", "rosa@library.example", "reader removed", "lena@library.example may not make this change"} {
		if !strings.Contains(body, wanted) {
			t.Errorf("no %q in %s", wanted, between(body, "<h1>", "<footer"))
		}
	}
	if w := get(handler, "/quickstart/quickstart/without?role=x"); w.Code != http.StatusNotFound {
		t.Errorf("without a role that does not exist: %d", w.Code)
	}
}

// TestProposalsAreReadWholeOrNotAtAll: what is left of a form is not compared, and of nobody is said what they may.
func TestProposalsAreReadWholeOrNotAtAll(t *testing.T) {
	read := source{state: stateOf(t, "../../config/samples/quickstart")}
	tooLarge := form(t, "/quickstart/quickstart/changes", url.Values{"manifests": {newUser}}, strings.Repeat("# and more\n", 1<<20))
	handler, err := console.New(console.Options{Source: read, People: unknownPeople{}})
	if err != nil {
		t.Fatal(err)
	}
	for want, body := range map[string]string{
		"the form cannot be read":              send(pagesOf(t, read), tooLarge),
		"does not say who you are: try later":  send(handler, form(t, "/quickstart/quickstart/changes", url.Values{"manifests": {newUser}})),
		"does not say who you are: try later.": get(handler, "/quickstart/quickstart/without?role=Role/reader").Body.String(),
	} {
		if !strings.Contains(body, strings.TrimSuffix(want, ".")) || strings.Contains(body, "user gains") || strings.Contains(body, "make this change") {
			t.Errorf("no %q in %s", want, between(body, "<h1>", "<footer"))
		}
	}
}

// unknownPeople are known to no API server.
type unknownPeople struct{}

func (unknownPeople) Person(context.Context) (*console.Person, error) {
	return nil, errors.New("try later")
}
