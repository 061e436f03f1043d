// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"regexp"
	"strings"
)

// parts matches what a word of a command consists of: text in quotes, in which a shell replaces nothing, or text without any
// character that means something to a shell.
var parts = regexp.MustCompile("'[^']*'|\"[^\"$`\\\\]*\"|[^\\s'\"|<>$;&`\\\\]+")

// continued matches the end of a line that the next one continues.
var continued = regexp.MustCompile(`\\\n\s*`)

// Words splits a command into words as a shell does. It reports false if the command uses other features of a shell.
func Words(command string) (words []string, plain bool) {
	command = continued.ReplaceAllString(strings.TrimSpace(command), " ")
	end := -1
	for _, at := range parts.FindAllStringIndex(command, -1) {
		part := command[at[0]:at[1]]
		between := command[max(end, 0):at[0]]
		if strings.TrimSpace(between) != "" {
			return nil, false
		}
		if part[0] == '\'' || part[0] == '"' {
			part = part[1 : len(part)-1]
		}
		if between == "" && end >= 0 {
			words[len(words)-1] += part
		} else {
			words = append(words, part)
		}
		end = at[1]
	}
	return words, end == len(command)
}
