// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// FuzzRequestsAreReadAlike sends any bytes to the decision service, and has the command decide the same. What the service
// does not answer, the command denies or does not read; of all else they say the same.
func FuzzRequestsAreReadAlike(f *testing.F) {
	x := enginetest.Index(f, enginetest.Hospital(f), enginetest.Clock)
	registry := tenants.NewRegistry()
	registry.FixRoot(tenants.Key{Namespace: "n", Organization: "o"})
	registry.Put(tenants.NewStatic(tenants.Key{Namespace: "n", Organization: "o"}, x, enginetest.Clock))
	service := authzen.NewHandler(registry, authzen.Options{})
	const ann, reads, icu = `"subject":{"type":"user","id":"ann"}`, `"action":{"name":"chart.read"}`, `"resource":{"type":"chart","id":"1","properties":{"unit":"icu"}}`
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `"x"`, `{` + ann + `,` + reads + `,` + icu + `}`, `{` + ann + `,` + reads + `,` + icu + `}{`,
		`{` + ann + `,"Subject":{"type":"user","id":"bob"},` + reads + `,` + icu + `}`, `{"subject":{"type":"user","id":"ann","id":"bob"},` + reads + `,` + icu + `}`,
		`{"subject":{"type":"user"},` + reads + `,` + icu + `}`, `{` + ann + `,` + reads + `}`, `{` + ann + `,` + reads + `,` + icu + `,"context":[]}`,
		`{` + ann + `,` + reads + `,"resource":{"type":"chart","id":"1","properties":{"unit":"icu","n":9007199254740993}}}`,
		`{` + ann + `,` + reads + `,"resource":{"type":"ward","id":"icu"},"request":1}`, `{` + ann + `,` + reads + `,` + icu + `,"expected":true}`,
		`{"subject":{"type":"user","id":"\ud800"},` + reads + `,` + icu + `}`, "{\"subject\":{\"type\":\"user\",\"id\":\"\xff\"}," + reads + "," + icu + "}",
		"\ufeff{" + ann + `,` + reads + `,` + icu + `}`, `{` + ann + `,` + reads + `,` + icu + `,"x":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		answered, allowed := evaluate(t, service, body)
		request, err := decodeRequest(authzen.Evaluation, []byte(body))
		if err != nil {
			if answered {
				t.Fatalf("the service answers what the command does not read: %v", err)
			}
			return
		}
		got := request.explain(x, nil)
		if got.Decision != allowed || !answered && got.Reason != reasonInvalidRequest {
			t.Fatalf("the service answers: %t, and allows: %t; the command decides: %t, %s, %s", answered, allowed, got.Decision, got.Reason, got.Message)
		}
	})
}

// evaluate asks a decision service.
func evaluate(t *testing.T, service http.Handler, body string) (answered, allowed bool) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, string("/"+authzen.Evaluation), strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	service.ServeHTTP(recorder, request)
	if recorder.Code == http.StatusBadRequest {
		return false, false
	}
	var answer struct{ Decision *bool }
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code != http.StatusOK || answer.Decision == nil {
		t.Fatalf("%d %s", recorder.Code, recorder.Body)
	}
	return true, *answer.Decision
}

// TestRequestsThatAreNone: what differs from a request in the case of its names, in names that are there twice, in members that are
// missing or in numbers that are not exact, the service refuses and the command denies, although who asks holds the permission.
func TestRequestsThatAreNone(t *testing.T) {
	noCluster(t)
	x := enginetest.Index(t, enginetest.Hospital(t), enginetest.Clock)
	registry := tenants.NewRegistry()
	registry.FixRoot(tenants.Key{Namespace: "n", Organization: "o"})
	registry.Put(tenants.NewStatic(tenants.Key{Namespace: "n", Organization: "o"}, x, enginetest.Clock))
	service := authzen.NewHandler(registry, authzen.Options{})
	const good = `{"subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"},"resource":{"type":"order","id":"1","properties":{"unit":"north"}}}`
	for request, want := range map[string]string{
		good: "yes",
		`{"Subject":{"Type":"user","ID":"ann"},"Action":{"Name":"orders.view"},"Resource":{"Type":"order","ID":"1","Properties":{"unit":"north"}}}`:                       "no",
		`{"subject":{"type":"user","id":"bob","id":"ann"},"action":{"name":"orders.view"},"resource":{"type":"order","id":"1","properties":{"unit":"x","unit":"north"}}}`: "no",
		`{"subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"}}`:                                                                                          "no",
		`{"subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"},"resource":{"type":"order","properties":{"unit":"north"}}}`:                                "no",
		`{"subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"},"resource":{"id":"1","properties":{"unit":"north"}}}`:                                      "no",
		`{"subject":{"type":"user","id":"ann"},"action":{"name":"orders.view"},"resource":{"type":null,"id":null,"properties":{"unit":"north"}}}`:                         "no",
		strings.Replace(good, `"unit"`, `"n":9007199254740993,"unit"`, 1):                                                                                                 "no",
	} {
		out, errOut, code := call(t, request, "can", "--request", "-", "-f", "testdata/shop")
		if !strings.HasPrefix(out, want+": ") || (code == 0) != (want == "yes") {
			t.Errorf("%s: exit code %d, standard error %q\n%s", request, code, errOut, out)
		}
		if answered, _ := evaluate(t, service, request); answered != (want == "yes") {
			t.Errorf("%s: the service answers: %t", request, answered)
		}
	}
}
