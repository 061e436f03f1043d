// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	certification "github.com/rolewright/rolewright/test/authzen"
)

// liar answers as the service does, but for one thing.
type liar struct {
	service http.Handler
	// ask changes the request's body, and tell the answer. Either may be nil.
	ask  func(r *http.Request, body string) string
	tell func(r *http.Request, answer *httptest.ResponseRecorder)
}

func (l *liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.ask != nil {
		body, _ := io.ReadAll(r.Body)
		told := l.ask(r, string(body))
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(told)), int64(len(told))
	}
	answer := httptest.NewRecorder()
	l.service.ServeHTTP(answer, r)
	if l.tell != nil {
		l.tell(r, answer)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// rewritten is a lie in the body of every answer of status 200 below some path.
func rewritten(path string, change func(body string) string) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, answer *httptest.ResponseRecorder) {
		if answer.Code == http.StatusOK && strings.Contains(r.URL.Path, path) {
			answer.Body = bytes.NewBufferString(change(answer.Body.String()))
		}
	}
}

func replaced(old, by string) func(string) string {
	return func(body string) string { return strings.ReplaceAll(body, old, by) }
}

func always(answer string) func(string) string { return func(string) string { return answer } }

var (
	properties = regexp.MustCompile(`"properties":\{[^{}]*\}`)
	results    = regexp.MustCompile(`"results":\[.*\]`)
)

// TestLiars: a service that does one thing wrong fails, in the tests that are about it and in no others.
func TestLiars(t *testing.T) {
	service := authzen.NewHandler(&scenario{index: fixture(t)}, authzen.Options{})
	nothingFound := func(body string) string { return results.ReplaceAllString(body, `"results":[]`) }
	for name, test := range map[string]struct {
		liar
		want []string
	}{
		"the truth": {liar{}, nil},
		"always yes": {
			liar{tell: rewritten("/evaluation", replaced("false", "true"))},
			[]string{"c-2-2-2", "c-2-2-4", "c-2-2-7", "c-2-6", "c-3-2-2", "c-3-2-3", "c-3-2-4", "c-3-2-5", "c-3-2-7", "c-3-3-2", "c-3-4-1"},
		},
		"always no": {
			liar{tell: rewritten("/evaluation", replaced("true", "false"))},
			[]string{
				"c-2-2-1", "c-2-2-3", "c-2-2-5", "c-2-2-6", "c-2-2-8", "c-2-2-9", "c-2-5-1", "c-2-5-2", "c-2-6", "c-3-2-2", "c-3-2-3",
				"c-3-2-4", "c-3-2-5", "c-3-2-7", "c-3-3-2", "c-3-4-1", "c-3-4-2", "c-3-4-3", "c-5",
			},
		},
		"empty answers": {
			liar{tell: rewritten("/access/", always("{}"))},
			[]string{
				"c-2-2-1", "c-2-2-2", "c-2-2-3", "c-2-2-4", "c-2-2-5", "c-2-2-6", "c-2-2-7", "c-2-2-8", "c-2-2-9", "c-2-3", "c-2-5-1", "c-2-5-2",
				"c-2-6", "c-3-2-1", "c-3-2-2", "c-3-2-3", "c-3-2-4", "c-3-2-5", "c-3-2-6", "c-3-2-7", "c-3-3", "c-3-3-2", "c-3-4-1", "c-3-4-2",
				"c-3-4-3", "c-4-2-1", "c-4-2-2", "c-4-2-3", "c-4-2-4", "c-4-3-1", "c-4-3-2", "c-4-3-3", "c-4-3-4", "c-4-4-1", "c-4-4-2",
				"c-4-4-3", "c-4-5-1", "c-4-5-2", "c-4-6-1", "c-4-6-2", "c-5",
			},
		},
		"searches that find nothing": {
			liar{tell: rewritten("/search/", nothingFound)},
			[]string{
				"c-4-2-1", "c-4-2-2", "c-4-2-3", "c-4-2-4", "c-4-3-1", "c-4-3-2", "c-4-3-3", "c-4-3-4", "c-4-4-1", "c-4-4-2", "c-4-4-3",
			},
		},
		"searches that find everything": {
			liar{tell: rewritten("/search/", func(body string) string {
				return strings.Replace(body, `"results":[]`, `"results":[{"type":"user","id":"alice","name":"read"}]`, 1)
			})},
			[]string{"c-4-6-1", "c-4-6-2"},
		},
		"properties do not count": {
			liar{ask: func(_ *http.Request, body string) string { return properties.ReplaceAllString(body, `"properties":{}`) }},
			[]string{"c-2-2-6"},
		},
		"the context decides": {
			liar{ask: func(_ *http.Request, body string) string {
				if strings.Contains(body, `"ip"`) {
					return strings.Replace(body, "alice", "eve", 1)
				}
				return body
			}},
			[]string{"c-2-2-3", "c-4-3-2", "c-4-4-2"},
		},
		"decisions in the wrong order": {
			liar{tell: rewritten("/evaluations", func(body string) string {
				inside, is := strings.CutPrefix(strings.TrimSuffix(body, "]}"), `{"evaluations":[`)
				each := strings.Split(inside, "},{")
				if !is || len(each) < 2 {
					return body
				}
				each[0], each[len(each)-1] = each[0]+"}", "{"+each[len(each)-1]
				for i := 1; i < len(each)-1; i++ {
					each[i] = "{" + each[i] + "}"
				}
				slices.Reverse(each)
				return `{"evaluations":[` + strings.Join(each, ",") + `]}`
			})},
			[]string{"c-3-2-2", "c-3-2-3", "c-3-2-4", "c-3-2-5", "c-3-2-7", "c-3-3-2", "c-3-4-1"},
		},
		"a decision that is a string": {
			liar{tell: rewritten("/access/v1/evaluation", replaced(`"decision":false`, `"decision":"false"`))},
			[]string{
				"c-2-2-2", "c-2-2-4", "c-2-2-7", "c-2-3", "c-2-6", "c-3-2-2", "c-3-2-3", "c-3-2-4", "c-3-2-5", "c-3-2-7", "c-3-3", "c-3-3-2", "c-3-4-1",
			},
		},
		"bad requests are denied": {
			liar{tell: func(_ *http.Request, answer *httptest.ResponseRecorder) {
				if answer.Code == http.StatusBadRequest {
					answer.Code, answer.Body = http.StatusOK, bytes.NewBufferString(`{"decision":false,"results":[]}`)
				}
			}},
			[]string{
				"c-2-4-1", "c-2-4-2", "c-2-4-3", "c-2-4-4", "c-2-4-5", "c-2-4-6", "c-4-7-1", "c-4-7-2", "c-5/access_evaluations_endpoint",
				"c-5/search_action_endpoint", "c-5/search_resource_endpoint", "c-5/search_subject_endpoint",
			},
		},
		"unknown fields are refused": {
			liar{ask: func(_ *http.Request, body string) string {
				if strings.Contains(body, `"foo"`) {
					return "["
				}
				return body
			}},
			[]string{
				"c-2-2-9", "c-5/access_evaluations_endpoint", "c-5/search_action_endpoint", "c-5/search_resource_endpoint", "c-5/search_subject_endpoint",
			},
		},
		"metadata of another service": {
			liar{tell: rewritten("/.well-known/", replaced(`"policy_decision_point":"https:`, `"policy_decision_point":"https:/`))},
			[]string{"c-6-3"},
		},
		"metadata without TLS": {
			liar{tell: rewritten("/.well-known/", replaced(`search_action_endpoint":"https:`, `search_action_endpoint":"http:`))},
			[]string{
				"c-4-4-1", "c-4-4-2", "c-4-4-3", "c-4-6-1", "c-4-6-2", "c-4-7-1", "c-4-7-2", "c-5/search_action_endpoint", "c-6-4", "c-6-5",
			},
		},
		"a page that is cut": {
			liar{ask: func(_ *http.Request, body string) string {
				return strings.Replace(body, `"page":{"token"`, `"page":{"limit":1,"token"`, 1)
			},
				tell: rewritten("/search/", func(body string) string {
					return regexp.MustCompile(`"next_token":"[^"]+"`).ReplaceAllString(body, `"next_token":""`)
				})},
			[]string{"c-4-5-2"},
		},
		"a page without a token": {
			liar{tell: rewritten("/search/", replaced(`"next_token":`, `"next":`))}, []string{"c-4-5-1", "c-4-5-2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := test.liar
			l.service = service
			if got := failed(t, &l); !slices.Equal(got, test.want) {
				t.Errorf("these tests fail:\n%q\nthese should:\n%q", got, test.want)
			}
		})
	}
}

// TestForgetfulServices fail every test in which they are asked for what they forget.
func TestForgetfulServices(t *testing.T) {
	service := authzen.NewHandler(&scenario{index: fixture(t)}, authzen.Options{})
	var everything []string
	for _, test := range certification.Tests() {
		everything = append(everything, test.ID)
	}
	slices.Sort(everything)
	withoutRequestID := slices.DeleteFunc(slices.Clone(everything), func(id string) bool { return id == "c-2-5-2" })
	for name, test := range map[string]struct {
		handler http.Handler
		want    []string
	}{
		"the request's identifier": {
			&liar{service: service, tell: func(_ *http.Request, answer *httptest.ResponseRecorder) { answer.Header().Del("X-Request-ID") }},
			withoutRequestID,
		},
		"another identifier": {
			&liar{service: service, tell: func(_ *http.Request, answer *httptest.ResponseRecorder) { answer.Header().Set("X-Request-ID", "1") }},
			withoutRequestID,
		},
		"everything": {http.NotFoundHandler(), everything},
	} {
		t.Run(name, func(t *testing.T) {
			if got := failed(t, test.handler); !slices.Equal(got, test.want) {
				t.Errorf("these tests fail:\n%q\nthese should:\n%q", got, test.want)
			}
		})
	}
}

// failed lists the tests that a service fails.
func failed(t *testing.T, handler http.Handler) []string {
	t.Helper()
	server := serve(t, handler)
	var ids []string
	for _, outcome := range certification.Certify(t.Context(), server.Client(), server.URL) {
		if len(outcome.Failures) > 0 {
			ids = append(ids, outcome.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
