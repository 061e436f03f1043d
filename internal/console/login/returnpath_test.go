// SPDX-License-Identifier: Apache-2.0

package login

import (
	"net/url"
	"strings"
	"testing"
)

func TestReturnPath(t *testing.T) {
	for address, want := range map[string]string{
		"":                                "/",
		"/":                               "/",
		"/shop/acme/matrix?role=a&role=b": "/shop/acme/matrix?role=a&role=b",
		"/shop/acme/user?id=a%40b#top":    "/",
		"/-/search?q=%2F%2Fevil":          "/-/search?q=%2F%2Fevil",
		"//evil.example":                  "/",
		"///evil.example":                 "/",
		`/\evil.example`:                  "/",
		`\\evil.example`:                  "/",
		"/%2f/evil.example":               "/",
		"/%5cevil.example":                "/",
		"/%09/evil.example":               "/",
		"/\t/evil.example":                "/",
		"/ /evil.example":                 "/",
		"/..//evil.example":               "/",
		"/./evil.example":                 "/",
		"https://evil.example":            "/",
		"javascript:alert(1)":             "/",
		"evil.example":                    "/",
		"/a\r\nSet-Cookie: x=y":           "/",
		"/-/login":                        "/",
		"/-/login/callback?code=1":        "/",
		"/-/logout":                       "/",
		"/" + strings.Repeat("a", 2000):   "/",
	} {
		if got := ReturnPath(address); got != want {
			t.Errorf("%q leads to %q; want %q", address, got, want)
		}
	}
}

// FuzzReturnPath: whatever is asked for, the browser stays at the console.
func FuzzReturnPath(f *testing.F) {
	for _, seed := range []string{"/", "//h", `/\h`, "/%2f/h", "/a?b=c", "https://h", "/a/../..//h", "/%5c%5ch", "/\x00", "/;//h", "/?//h"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "https", Host: "console.example.com"}
	f.Fuzz(func(t *testing.T, address string) {
		path := ReturnPath(address)
		target, err := base.Parse(path)
		if err != nil || target.Host != base.Host || target.Scheme != base.Scheme || target.User != nil {
			t.Fatalf("%q leads to %q", address, path)
		}
		// Browsers read a backslash as a slash, and skip tabs and line ends.
		browser := strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(path)
		if !strings.HasPrefix(browser, "/") || strings.HasPrefix(browser, "//") {
			t.Fatalf("%q leads a browser to %q", address, path)
		}
		if again := ReturnPath(path); again != path {
			t.Fatalf("%q leads to %q, which leads to %q", address, path, again)
		}
	})
}
