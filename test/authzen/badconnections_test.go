// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestBadConnections: what no HTTP client of Go would send is refused as well.
func TestBadConnections(t *testing.T) {
	server := limited(t)
	head := "POST " + evaluationPath + " HTTP/1.1\r\nHost: pdp.example.com\r\nContent-Type: application/json\r\n"
	chunk := strings.Repeat("x", 1<<10)
	for name, test := range map[string]struct {
		sent   string
		status int
		text   string
	}{
		"a body that does not come":   {head + "X-Request-ID: 1\r\nContent-Length: 100\r\n\r\n", 408, "the body did not arrive in time: 0 bytes did"},
		"a body that stops":           {head + "Content-Length: 100\r\n\r\n" + goodBody[:20], 408, "20 bytes did"},
		"a chunked body that stops":   {head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"sub", 408, "5 bytes did"},
		"more chunks than allowed":    {head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("400\r\n"+chunk+"\r\n", 65) + "0\r\n\r\n", 413, "more than 65536 bytes"},
		"a length that is too large":  {head + "Content-Length: 999999999999\r\n\r\n{", 413, "the body has 999999999999 bytes"},
		"a chunk that is none":        {head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", 400, "the body cannot be read"},
		"a length and chunks":         {head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}", 400, ""},
		"a header with a line break":  {head + "X-Request-ID: a\rb\r\n\r\n", 400, ""},
		"a header without end":        {head + "X-Request-ID: " + strings.Repeat("x", 2<<20), 431, ""},
		"no host":                     {"POST " + evaluationPath + " HTTP/1.1\r\n\r\n", 400, ""},
		"no HTTP":                     {"\x16\x03\x01\x02\x00\x01\x00", 400, ""},
		"a request with two bodies":   {head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s%s", len(goodBody), goodBody, goodBody), 200, `{"decision":true}`},
		"a header that is folded":     {head + "X-Request-ID: a\r\n b\r\n\r\n", 400, ""},
		"a header with a null byte":   {head + "X-Request-ID: a\x00b\r\nContent-Length: 0\r\n\r\n", 400, ""},
		"a path with a line break":    {"POST /access/v1/evaluation%0d%0aX: HTTP/1.1\r\nHost: a\r\n\r\n", 404, `there is nothing at "/access/v1/evaluation\r\nX:"`},
		"a chunked body that is good": {head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(goodBody), goodBody), 200, `{"decision":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = connection.Close() }()
			go func() { _, _ = io.WriteString(connection, test.sent) }()
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			text, _ := io.ReadAll(response.Body)
			if response.StatusCode != test.status || !strings.Contains(string(text), test.text) {
				t.Errorf("%d %q, expected %d %q", response.StatusCode, text, test.status, test.text)
			}
			if strings.Contains(test.sent, "X-Request-ID: 1\r\n") && response.Header.Get("X-Request-ID") != "1" {
				t.Errorf("X-Request-ID is %q", response.Header.Get("X-Request-ID"))
			}
		})
	}
	t.Cleanup(func() { stillRight(t, server) })
}
