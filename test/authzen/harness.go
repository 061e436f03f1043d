// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Level is what a service may be certified for.
type Level string

// The levels, with their sub-levels.
const (
	BasicCore        Level = "Basic Core"
	BasicProperties  Level = "Basic Properties"
	BatchCore        Level = "Batch Core"
	BatchProperties  Level = "Batch Properties"
	SearchCore       Level = "Search Core"
	SearchProperties Level = "Search Properties"
	Discovery        Level = "Discovery"
)

// Test is a test of the scenario.
type Test struct {
	// ID is the anchor of its section.
	ID    string
	Level Level
	Name  string

	run func(*probe)
}

// Outcome is what came of a test.
type Outcome struct {
	Test

	// Failures says what the service does not do. It is empty if the service passes.
	Failures []string
}

// Tests are all tests of the scenario.
func Tests() []Test {
	return slices.Concat(basicTests(), basicErrorTests(), batchTests(), searchTests(), searchErrorTests(), discoveryTests())
}

// Certify runs all tests against the service at a base URL, which has no slash at its end.
func Certify(ctx context.Context, client *http.Client, base string) []Outcome {
	endpoints := discover(ctx, client, base)
	var outcomes []Outcome
	for _, test := range Tests() {
		p := &probe{ctx: ctx, client: client, base: base, endpoints: endpoints, test: test.ID}
		test.run(p)
		outcomes = append(outcomes, Outcome{test, p.failures})
	}
	return outcomes
}

// endpoints are where the service takes questions, by the name that its metadata has for each.
type endpoints map[string]string

// The names of endpoints in metadata.
const (
	evaluation     = "access_evaluation_endpoint"
	evaluations    = "access_evaluations_endpoint"
	searchSubject  = "search_subject_endpoint"
	searchResource = "search_resource_endpoint"
	searchAction   = "search_action_endpoint"
)

func defaultPaths() map[string]string {
	return map[string]string{
		evaluation: "/access/v1/evaluation", evaluations: "/access/v1/evaluations", searchSubject: "/access/v1/search/subject",
		searchResource: "/access/v1/search/resource", searchAction: "/access/v1/search/action",
	}
}

// discover finds the endpoints through the metadata, and at the default paths where it names none.
func discover(ctx context.Context, client *http.Client, base string) endpoints {
	found := endpoints{}
	p := &probe{ctx: ctx, client: client, base: base}
	answer := p.get(metadataURL(base))
	for name, path := range defaultPaths() {
		found[name] = base + path
		if at, is := answer.object[name].(string); is && answer.status == http.StatusOK {
			found[name] = at
		}
	}
	return found
}

// metadataURL puts the well-known part between the host and the path.
func metadataURL(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	u.Path = "/.well-known/authzen-configuration" + u.Path
	return u.String()
}

// probe runs one test.
type probe struct {
	ctx       context.Context
	client    *http.Client
	base      string
	endpoints endpoints
	test      string
	asked     int
	failures  []string
}

func (p *probe) failf(format string, args ...any) {
	p.failures = append(p.failures, fmt.Sprintf(format, args...))
}

// answer is what the service answered.
type answer struct {
	status int
	header http.Header
	body   string
	// object is the body, nil if it is no JSON object.
	object map[string]any
}

// post sends a body to an endpoint. The request has an identifier, which every answer has to repeat (c-5, 4).
func (p *probe) post(endpoint, body string) answer {
	return p.send(http.MethodPost, p.endpoints[endpoint], body, map[string]string{"Content-Type": "application/json"})
}

func (p *probe) get(at string) answer { return p.send(http.MethodGet, at, "", nil) }

func (p *probe) send(method, at, body string, header map[string]string) answer {
	p.asked++
	id := fmt.Sprintf("%s-%d-bfe9eb29", p.test, p.asked)
	got := p.sendAs(method, at, body, header, id)
	if echoed := got.header.Values("X-Request-ID"); got.header != nil && !slices.Equal(echoed, []string{id}) {
		p.failf("%s %s with X-Request-ID %s: the answer has %q", method, at, id, echoed)
	}
	return got
}

// sendAs sends a request with an identifier, or with none.
func (p *probe) sendAs(method, at, body string, header map[string]string, id string) answer {
	request, err := http.NewRequestWithContext(p.ctx, method, at, strings.NewReader(body))
	if err != nil {
		p.failf("%s %s: %v", method, at, err)
		return answer{}
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	if id != "" {
		request.Header.Set("X-Request-ID", id)
	}
	response, err := p.client.Do(request)
	if err != nil {
		p.failf("%s %s: %v", method, at, err)
		return answer{}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.failf("%s %s: %v", method, at, err)
	}
	got := answer{status: response.StatusCode, header: response.Header, body: string(text)}
	if json.Unmarshal(text, &got.object) != nil {
		got.object = nil
	}
	return got
}

// ok asks, and expects an answer that is a JSON object.
func (p *probe) ok(endpoint, body string) (object map[string]any, is bool) {
	got := p.post(endpoint, body)
	media, _, _ := mime.ParseMediaType(got.header.Get("Content-Type"))
	if got.status != http.StatusOK || media != "application/json" || got.object == nil {
		p.failf("%s %s: status %d, Content-Type %q, body %q: expected 200 and a JSON object",
			endpoint, body, got.status, got.header.Get("Content-Type"), got.body)
		return nil, false
	}
	return got.object, true
}

// bad asks, and expects to be told that the request is bad.
func (p *probe) bad(endpoint, body string) {
	if got := p.post(endpoint, body); got.status != http.StatusBadRequest {
		p.failf("%s %s: status %d, body %q: expected 400", endpoint, body, got.status, got.body)
	}
}

// decision reads a decision, which may have a context.
func (p *probe) decision(value any) (decision, is bool) {
	object, isObject := value.(map[string]any)
	decision, is = object["decision"].(bool)
	said, present := object["context"]
	_, contextIsObject := said.(map[string]any)
	if !isObject || !is || present && !contextIsObject {
		p.failf("%v is not a decision", value)
		return false, false
	}
	return decision, true
}

// decides asks, and expects a decision.
func (p *probe) decides(endpoint, body string, want bool) {
	object, is := p.ok(endpoint, body)
	if !is {
		return
	}
	if got, is := p.decision(object); is && got != want {
		p.failf("%s %s: the decision is %v, not %v", endpoint, body, got, want)
	}
}
