// SPDX-License-Identifier: Apache-2.0

package english

import (
	"strconv"
	"strings"
	"unicode"
)

// Printable returns a text that other people wrote as one line that cannot control a terminal: what is no visible character is
// escaped, as in Go: \n, \x1b, \u202e.
func Printable(text string) string {
	if !strings.ContainsFunc(text, isInvisible) {
		return text
	}
	var line strings.Builder
	for _, r := range text {
		if isInvisible(r) {
			line.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
			continue
		}
		line.WriteRune(r)
	}
	return line.String()
}

// isInvisible reports whether a character moves the cursor, changes the direction of writing, or is none.
func isInvisible(r rune) bool { return r == unicode.ReplacementChar || r != ' ' && !unicode.IsPrint(r) }
