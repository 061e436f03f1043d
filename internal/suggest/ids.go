// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns an id without that by which ids differ that look alike: the case of letters, the forms in which Unicode writes a
// character, invisible characters, and white space at its ends. It is for comparing, not for showing.
func Fold(id string) string {
	switch plain, letters := isPlain(id); {
	case plain:
		return id
	case letters:
		return strings.ToLower(id)
	}
	folded := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(id)))
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) {
			return -1
		}
		return r
	}, folded)
	return strings.TrimSpace(visible)
}

// isPlain reports whether nothing of an id would be folded, as of most ids, or only letters from A to Z.
func isPlain(id string) (plain, letters bool) {
	plain = true
	for i := range len(id) {
		c := id[i]
		if c <= ' ' || c >= 0x7f {
			return false, false
		}
		plain = plain && (c < 'A' || c > 'Z')
	}
	return plain, true
}

// WithoutIssuer returns an id without the prefix by which an API server tells the users of an identity provider from others, such as
// oidc: or https://issuer.example#, and whether it has one. What is named system: comes from Kubernetes itself.
func WithoutIssuer(id string) (string, bool) {
	if strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://") {
		at := strings.LastIndexByte(id, '#') + 1
		return id[at:], at > 0 && at < len(id)
	}
	issuer, rest, is := strings.Cut(id, ":")
	isWord := issuer != "" && !strings.ContainsFunc(issuer, func(r rune) bool {
		return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if !is || !isWord || rest == "" || issuer == "system" {
		return id, false
	}
	return rest, true
}
