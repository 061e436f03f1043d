// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	published "github.com/rolewright/rolewright/pkg/permissions/document"
)

// curl is a command as pages show it: a URL and, for a question, the body.
var curl = regexp.MustCompile(`^curl -s (http://\S+)(?: --json '([^']*)')?$`)

// TestCurl asks what pages ask with curl. The comment above a block says from which manifests the service is.
func TestCurl(t *testing.T) {
	asked := 0
	for _, page := range pages(t) {
		for _, block := range page.blocks {
			session := shownIn(block)
			folder, served := strings.CutPrefix(block.marker, "served from: ")
			for i := range session {
				shown := &session[i]
				request := curl.FindStringSubmatch(shown.command)
				if served != strings.HasPrefix(shown.command, "curl ") || served && request == nil {
					t.Errorf("%s:%d: %s\ncurl is shown below the comment \"served from: MANIFESTS\", as %s", page.name, shown.line, shown.command, curl)
					continue
				}
				if served {
					answer, failed := answered(t, folder, request[1], request[2])
					shown.compare(t, page.name, answer, failed)
					asked++
				}
			}
			if served {
				page.text = strings.Replace(page.text, strings.Join(block.lines, "\n"), written(session), 1)
			}
		}
		if *update {
			if err := os.WriteFile(filepath.Join(root, page.name), []byte(page.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if asked < 10 {
		t.Errorf("%d requests were sent: the pages show more than that, unless they are read wrongly", asked)
	}
}

// answered is what a service of some manifests answers, and whether that is an error.
func answered(t *testing.T, folder, url, body string) (answer string, failed bool) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	request := httptest.NewRequest(method, url, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	authzen.NewHandler(theOnly(t, folder), authzen.Options{}).ServeHTTP(recorder, request)
	return recorder.Body.String(), recorder.Code != http.StatusOK
}

// only is the one organization of some manifests, at a moment that does not pass.
type only struct {
	namespace, organization string
	index                   *engine.Index
	// platform are the platform documents beside it.
	platform []*only
}

func theOnly(t *testing.T, folder string) *only {
	t.Helper()
	set, err := (&manifests.Reader{}).Read(filepath.Join(root, folder))
	if err != nil {
		t.Fatal(err)
	}
	input, err := validation.FromManifests(set)
	if err != nil {
		t.Fatal(err)
	}
	organization := indexed(t, resolve.Organization(&input.Worlds()[0]).Document)
	for _, platform := range input.PlatformDocuments(published.DefaultPlatformNamespace) {
		organization.platform = append(organization.platform, indexed(t, platform.Resolution.Document))
	}
	return organization
}

func indexed(t *testing.T, resolved *published.Document) *only {
	t.Helper()
	moment := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	index, err := engine.NewIndex(resolved, engine.WithClock(func() time.Time { return moment }))
	if err != nil {
		t.Fatal(err)
	}
	return &only{namespace: resolved.Namespace, organization: resolved.Organization, index: index}
}

func (o *only) Name() (namespace, organization string) { return o.namespace, o.organization }
func (o *only) Index() *engine.Index                   { return o.index }
func (o *only) Revision() int64                        { return 1 }
func (o *only) Ready() error                           { return nil }

func (o *only) Root() (namespace, organization string, tenant authzen.Tenant) {
	return o.namespace, o.organization, o
}

func (o *only) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	for _, served := range append(o.platform, o) {
		if namespace == served.namespace && organization == served.organization {
			return served, true
		}
	}
	return nil, false
}
