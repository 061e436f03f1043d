// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestCompression: large answers are compressed for clients that take it, and mean the same.
func TestCompression(t *testing.T) {
	doc := shop()
	for i := range 100 {
		doc.Users[fmt.Sprintf("user-%03d-of-the-shop", i)] = document.User{
			Grants: []document.Grant{{Role: "seller", Scope: document.Scope{Everywhere: true}}},
		}
	}
	h := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	const body = `{"subject":{"type":"user"},"action":{"name":"sell"},"resource":{"type":"branch","id":"north"}}`
	whole := post(h, searchSubject, body)
	for accepted, want := range map[string]bool{
		"gzip": true, "GZIP": true, "deflate, gzip;q=0.5": true, "*": true, "br, *;q=0.1": true, "x-gzip": true, "gzip; q=1.0": true,
		"": false, "identity": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "*;q=0": false, "gzip;q=0, *": false, "*, gzip;q=0": false,
		"gzipped": false, "gzip;q=x": false,
	} {
		for range 2 { // the second answer reuses the compressor of the first
			got := post(h, searchSubject, body, "Accept-Encoding", accepted)
			if compressed := got.header.Get("Content-Encoding") == "gzip"; compressed != want || (got.header.Get("Vary") == "Accept-Encoding") != want {
				t.Errorf("Accept-Encoding %q: %v", accepted, got.header)
			}
			text := got.body
			if want {
				text = decompressed(t, got.body)
			}
			// A length keeps net/http from sending the answer in chunks.
			if length := got.header.Get("Content-Length"); want != (length == "") || !want && length != strconv.Itoa(len(whole.body)) {
				t.Errorf("Accept-Encoding %q: %v for %d bytes", accepted, got.header, len(whole.body))
			}
			if text != whole.body {
				t.Errorf("Accept-Encoding %q: another answer", accepted)
			}
		}
	}
	if got := post(h, evaluation, `{`+adaSells+`}`, "Accept-Encoding", "gzip"); got.body != yes || got.header.Get("Content-Encoding") != "" {
		t.Errorf("a small answer: %v %q", got.header, got.body)
	}
	if got := post(h, searchSubject, `{`+body, "Accept-Encoding", "gzip"); got.status != http.StatusBadRequest || got.header.Get("Content-Encoding") != "" {
		t.Errorf("an error: %v %q", got.header, got.body)
	}
}

func decompressed(t *testing.T, body string) string {
	t.Helper()
	reader, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestIdentifiedDecisions: an answer with a reason names the decision that OnDecision is told of, which has the request's context.
func TestIdentifiedDecisions(t *testing.T) {
	var told authzen.Decision
	var heard any
	h := authzen.NewHandler(oneShop(t), authzen.Options{
		IdentifyDecisions: true, OnDecision: func(ctx context.Context, d authzen.Decision) { heard, told = ctx.Value(http.LocalAddrContextKey), d },
	})
	got := post(h, evaluation, `{`+adaSells+`,"options":{"explain":true}}`)
	if told.ID == "" || !strings.Contains(got.body, `"id":"`+told.ID+`"`) {
		t.Errorf("decision %q is answered %s", told.ID, got.body)
	}
	if got := post(h, evaluation, `{`+adaSells+`}`); got.body != yes || told.ID != "" {
		t.Errorf("without: %s, %+v", got.body, told)
	}
	r := httptest.NewRequestWithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, "here"), http.MethodPost, evaluation,
		strings.NewReader(`{`+adaSells+`}`))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(httptest.NewRecorder(), r)
	if heard != "here" {
		t.Error("the context is not the request's")
	}
}

// TestRoutesOfResponses: an answer says at which path it was asked for, by what of it varies.
func TestRoutesOfResponses(t *testing.T) {
	var told authzen.Response
	h := authzen.NewHandler(oneShop(t), authzen.Options{OnResponse: func(_ context.Context, r authzen.Response) { told = r }})
	for path, want := range map[string]string{
		evaluation: evaluation, "/trade/shop" + evaluation: "/{namespace}/{organization}" + evaluation, wellKnown: wellKnown,
		"/a/b" + searchSubject: "/{namespace}/{organization}" + searchSubject, wellKnown + "/trade/shop": wellKnown + "/{namespace}/{organization}",
		"/trade/shop": "", "/trade/shop/access/v1/evaluation/../x": "",
	} {
		post(h, path, `{}`)
		if got := told.Route(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
