// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A path is what the upstream makes of it, and programs differ in that: some decode twice, resolve "..", drop what follows a ";", take
// "\" for "/", or drop a dot at the end. Envoy does only what it is configured to do. So a path of which that could matter has no meaning
// here, and is denied.

// splitPath returns the decoded segments of a path, and whether it ends with a slash. It fails if programs could read the path in
// different ways; the error says which.
func splitPath(path string) (segments []string, slash bool, err error) {
	rest, rooted := strings.CutPrefix(path, "/")
	if !rooted {
		return nil, false, fmt.Errorf("the path %s does not begin with a slash", shown(path))
	}
	if rest == "" {
		return nil, false, nil
	}
	rest, slash = strings.CutSuffix(rest, "/")
	segments = make([]string, 0, strings.Count(rest, "/")+1)
	for raw := range strings.SplitSeq(rest, "/") {
		segment, err := decodeSegment(raw)
		if err != nil {
			return nil, false, fmt.Errorf("the path %s %w", shown(path), err)
		}
		segments = append(segments, segment)
	}
	return segments, slash, nil
}

// decodeSegment decodes one segment.
func decodeSegment(raw string) (string, error) {
	segment := raw
	for i := range len(raw) {
		if !isPlain[raw[i]] {
			var err error
			if segment, err = unescape(raw); err != nil {
				return "", err
			}
			break
		}
	}
	switch {
	case segment == "":
		return "", ambiguousError("has two slashes in a row")
	case segment[len(segment)-1] == '.' || segment[len(segment)-1] == ' ':
		return "", ambiguousError("has a segment that ends with a dot or a space")
	}
	return segment, nil
}

// ambiguousError says what different programs read differently.
type ambiguousError string

// Error implements error.
func (e ambiguousError) Error() string { return string(e) }

// isPlain holds the characters of a segment that stand for themselves: those of RFC 3986, without the semicolon.
var isPlain = func() (plain [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@") {
		plain[c] = true
	}
	return plain
}()

// unescape decodes a segment in which not every character stands for itself.
func unescape(raw string) (string, error) {
	decoded := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if isPlain[c] {
			decoded = append(decoded, c)
			continue
		}
		if c != '%' {
			return "", ambiguousError(fmt.Sprintf("has the character %q, which must be escaped, or has no place in a path", c))
		}
		if i+2 >= len(raw) || !isHex(raw[i+1]) || !isHex(raw[i+2]) {
			return "", ambiguousError("has a % that is not followed by two hexadecimal digits")
		}
		c = unhex(raw[i+1])<<4 | unhex(raw[i+2])
		if c < ' ' || c == 0x7f || strings.IndexByte(`/\;?#%`, c) >= 0 {
			return "", ambiguousError(fmt.Sprintf("has the escaped character %q", c))
		}
		decoded = append(decoded, c)
		i += 2
	}
	if !utf8.Valid(decoded) {
		return "", ambiguousError("is not UTF-8")
	}
	return string(decoded), nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	const letters = 9
	if c <= '9' {
		return c - '0'
	}
	return c&0x0f + letters
}

// shown returns a text of a request as messages show it.
func shown(text string) string {
	const most = 100
	if len(text) > most {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(text[:most], ""))
	}
	return fmt.Sprintf("%q", text)
}

// fold returns the same for two texts that differ in case only.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			if 'a' <= r && r <= 'z' {
				r -= 'a' - 'A'
			}
			return r
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, text)
}
