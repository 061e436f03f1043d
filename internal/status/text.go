// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Bounds of texts, in characters as the schemas of the API count them.
const (
	maxFindingField   = 512
	maxFindingMessage = 2048
	maxSummary        = 256
	// maxQuoted bounds one finding in a condition's message, which has room for 32768 characters.
	maxQuoted = 1024
	// maxListed is how many findings a condition's message lists.
	maxListed = 5
)

// list joins the texts of the first findings, and says how many it leaves out.
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
		parts = append(parts, bounded.Text(text, maxQuoted))
	}
	return strings.Join(parts, "; ")
}
