// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
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

// TestTraces: a decision names the trace of its request, if the header is one.
func TestTraces(t *testing.T) {
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for parent, want := range map[string]string{
		"00-" + id + "-00f067aa0ba902b7-01": id, "cc-" + id + "-00f067aa0ba902b7-01-more": id,
		"": "", "00-" + id: "", "ff-" + id + "-00f067aa0ba902b7-01": "", "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01": "",
		"00-" + strings.ToUpper(id) + "-00f067aa0ba902b7-01": "", "00-" + id[1:] + "\"-00f067aa0ba902b7-01": "", id + "-00f067aa0ba902b7-01-00-00-00-00": "",
	} {
		var told authzen.Decision
		h := authzen.NewHandler(oneShop(t), authzen.Options{
			IdentifyDecisions: true, OnDecision: func(d authzen.Decision) { told = d },
		})
		got := post(h, evaluation, `{`+adaSells+`,"options":{"explain":true}}`, "Traceparent", parent)
		if told.TraceID != want {
			t.Errorf("traceparent %q: %q, want %q", parent, told.TraceID, want)
		}
		if told.ID == "" || !strings.Contains(got.body, `"id":"`+told.ID+`"`) {
			t.Errorf("decision %q is answered %s", told.ID, got.body)
		}
		if got := post(h, evaluation, `{`+adaSells+`}`); got.body != yes || told.TraceID != "" || told.ID != "" {
			t.Errorf("without: %s, %+v", got.body, told)
		}
	}
}
