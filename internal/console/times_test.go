// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	// asWritten is what pages show as it is written: code, and what people have typed.
	asWritten = regexp.MustCompile(`(?s)<(code|textarea|title)\b[^>]*>.*?</(code|textarea|title)>`)
	tags      = regexp.MustCompile(`<[^>]*>`)
	rawTime   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d`)
	timeTags  = regexp.MustCompile(`<time datetime="([^"]*)" title="([^"]*)">(\d{4}-\d\d-\d\d \d\d:\d\d)(?:| UTC|:\d\d)</time>`)
)

// TestTimesHaveOneForm: whatever a page says of times, in sentences of the engine and of the manager too, stands there for people to read,
// with the form of the API beside it.
func TestTimesHaveOneForm(t *testing.T) {
	pages, l := pagesOf(t, source{state: stateOf(t, "testdata/times.yaml", "testdata/saved.yaml")}), newLibrary(t)
	for path, test := range map[string]struct {
		handler http.Handler
		shows   string
	}{
		"/":                                       {pages, "published <time"},
		"/times/times":                            {pages, "read <time"},
		"/times/times/user?id=ann":                {pages, `>2030-05-01 12:30 UTC</time></td>`},
		"/times/times/role?name=boss":             {pages, `from <time datetime="2030-01-01T00:00:00Z" title="2030-01-01T00:00:00Z">2030-01-01 00:00 UTC</time> until <time`},
		"/times/times/unit?name=times":            {pages, `>2030-07-01 09:15 UTC</time>`},
		"/times/times/findings":                   {pages, `ended at <time datetime="2030-05-01T12:30:00Z"`},
		"/times/times/matrix?user=ann":            {pages, `<strong>in from <time`},
		"/times/times/ask?user=ann&permission=do": {pages, `>2030-07-01 09:15 UTC</time>`},
		"/times/times/ask?user=ann&permission=see&at=2030-06-03T00:00": {pages, `>2030-06-02 17:45 UTC</time>`},
		"/-/object?kind=UserAssignment&namespace=times&name=ann":       {pages, `class="remark"`},
		"/office/office/audit":                         {pages, `>2030-03-04 09:00:21</time>`},
		"/office/office/requests":                      {pages, "until <time"},
		"/-/search?q=ended":                            {pages, "Findings"},
		"/-/requests":                                  {l.as("cho"), "until <time"},
		"/quickstart/quickstart/request?name=access-1": {l.as("cho"), `<dt>held</dt><dd><time datetime="2030-06-01T08:00:00Z"`},
		approvePage:                                    {l.as("cho"), `<dt>held</dt><dd><time datetime="2030-06-01T08:00:00Z"`},
	} {
		body := get(test.handler, path).Body.String()
		if !strings.Contains(body, test.shows) {
			t.Errorf("%s lacks %s: %s", path, test.shows, between(body, "<main", "</main>"))
		}
		for _, raw := range rawTime.FindAllString(tags.ReplaceAllString(asWritten.ReplaceAllString(body, ""), " "), -1) {
			t.Errorf("%s shows %s as programs write it", path, raw)
		}
		elements := timeTags.FindAllStringSubmatch(body, -1)
		if len(elements) != strings.Count(body, "<time") || len(elements) == 0 {
			t.Errorf("%s: %d of %d times have their form", path, len(elements), strings.Count(body, "<time"))
		}
		for _, element := range elements {
			if element[1] != element[2] || !strings.HasPrefix(element[1], strings.ReplaceAll(element[3], " ", "T")) {
				t.Errorf("%s: %q is another time", path, element[0])
			}
		}
	}
}
