// SPDX-License-Identifier: Apache-2.0

package login

import (
	"net/url"
	"path"
	"strings"
	"unicode"
)

// mostReturnBytes bounds the address that a browser keeps while its person logs in.
const mostReturnBytes = 1500

// home is the first page.
const home = "/"

// ReturnPath returns the address of this console to go to after a log-in: the given one, or the first page if that could lead anywhere
// else. Browsers read "//host", "/\host" and the like as another host.
func ReturnPath(address string) string {
	if len(address) > mostReturnBytes || strings.ContainsFunc(address, misread) {
		return home
	}
	u, err := url.ParseRequestURI(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || !isPage(u.Path) {
		return home
	}
	return (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).RequestURI()
}

// misread reports whether browsers, or what lies between them and the console, may read a character as another one, or skip it.
func misread(r rune) bool { return r == '\\' || r == '#' || unicode.IsControl(r) || unicode.IsSpace(r) }

// isPage reports whether a path is one of a page, also if it is decoded once more on the way.
func isPage(decoded string) bool {
	switch {
	case !strings.HasPrefix(decoded, home) || path.Clean(decoded) != decoded:
		return false
	case strings.ContainsFunc(decoded, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }):
		return false
	}
	return decoded != Path && !strings.HasPrefix(decoded, Path+"/") && decoded != LogoutPath
}
