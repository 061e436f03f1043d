// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const question = `{"subject":{"type":"user","id":"a"},"action":{"name":"b"},"resource":{"type":"c","id":"d"}}`

// reply is an answer that was read.
type reply struct {
	status, major int
	header        http.Header
}

// ask sends a question, with headers in pairs.
func ask(t *testing.T, client *http.Client, method, address, body string, headers ...string) (got reply, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+"/access/v1/evaluation", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.ProtoMajor, answer.Header}, string(read)
}

// TestHTTP2WithoutTLS: clients that know it begin with HTTP/2.
func TestHTTP2WithoutTLS(t *testing.T) {
	address := run(t, &Options{})
	protocols := &http.Protocols{}
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	t.Cleanup(transport.CloseIdleConnections)
	answer, text := ask(t, &http.Client{Transport: transport}, http.MethodPost, address, question)
	if answer.major != 2 || text != `{"decision":false}` {
		t.Errorf("HTTP/%d: %s", answer.major, text)
	}
	if answer, text := ask(t, http.DefaultClient, http.MethodPost, address, question); answer.major != 1 || text != `{"decision":false}` {
		t.Errorf("HTTP/%d: %s", answer.major, text)
	}
}

// TestOrigins: only pages of the named origins are let into a browser.
func TestOrigins(t *testing.T) {
	const app = "https://app.example.com"
	named, all, none := run(t, &Options{Origins: []string{app}}), run(t, &Options{Origins: []string{AnyOrigin}}), run(t, &Options{})
	for _, c := range []struct{ address, origin, want string }{
		{named, app, app}, {named, "https://evil.example.com", ""}, {named, app + ":8443", ""}, {named, "http://app.example.com", ""},
		{named, app + ".evil.example", ""}, {named, "null", ""}, {named, "", ""}, {all, "https://other.example.com", "https://other.example.com"},
		{none, app, ""},
	} {
		answer, text := ask(t, http.DefaultClient, http.MethodPost, c.address, question, "Origin", c.origin)
		if got := answer.header.Get("Access-Control-Allow-Origin"); got != c.want || text != `{"decision":false}` {
			t.Errorf("origin %q: %q, %s", c.origin, got, text)
		}
		if varies := answer.header.Get("Vary") == "Origin"; varies != (c.address != none) {
			t.Errorf("origin %q: Vary is %q", c.origin, answer.header.Get("Vary"))
		}
		if answer.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("credentials of the browser are allowed")
		}
		answer, _ = ask(t, http.DefaultClient, http.MethodOptions, c.address, "", "Origin", c.origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
		if got := answer.header.Get("Access-Control-Allow-Origin"); got != c.want {
			t.Errorf("preflight of %q: %q", c.origin, got)
		}
		if allowed := strings.Contains(answer.header.Get("Access-Control-Allow-Headers"), "Authorization"); allowed != (c.want != "") {
			t.Errorf("preflight of %q: %v", c.origin, answer.header)
		}
	}
	if answer, _ := ask(t, http.DefaultClient, http.MethodOptions, none, ""); answer.status != http.StatusMethodNotAllowed {
		t.Errorf("OPTIONS without origins: %d", answer.status)
	}
}

func TestCheckOrigin(t *testing.T) {
	for _, good := range []string{"*", "https://app.example.com", "http://localhost:3000", "https://[::1]:1"} {
		if err := CheckOrigin(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "app.example.com", "https://app.example.com/", "https://*.example.com/x", "ftp://a", "https://a?b", "null", "https://"} {
		if CheckOrigin(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
