// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/rolewright/internal/resolve"
)

// Bounds of texts, in characters as the schemas count them.
const (
	maxFindingField   = 512
	maxFindingMessage = 2048
	maxSummary        = 256
	maxScope          = 4096
	maxAlternative    = 4096
	maxRoleName       = 320
	// maxQuoted bounds one finding in a condition's message, which has room for 32768 characters.
	maxQuoted = 1024
	// maxListed is how many findings a condition's message lists.
	maxListed = 5
)

const ellipsis = "…"

// cut shortens a text to at most so many characters, and marks that it did.
func cut(text string, characters int) string {
	if len(text) <= characters || utf8.RuneCountInString(text) <= characters {
		return text
	}
	kept := 0
	for at := range text {
		if kept == characters-1 {
			return text[:at] + ellipsis
		}
		kept++
	}
	return text
}

// list writes findings one after the other, at most five of them.
func list(findings []resolve.Finding) string {
	parts := make([]string, 0, maxListed+1)
	for i := range findings {
		if i == maxListed {
			parts = append(parts, fmt.Sprintf("and %d more", len(findings)-maxListed))
			break
		}
		text := findings[i].Message
		if findings[i].Field != "" {
			text = findings[i].Field + ": " + text
		}
		parts = append(parts, cut(text, maxQuoted))
	}
	return strings.Join(parts, "; ")
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
