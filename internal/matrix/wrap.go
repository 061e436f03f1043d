// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// wrapName breaks a role's name after its hyphens and dots.
func wrapName(name string) []string {
	var lines []string
	for start, i := 0, 0; i < len(name); i++ {
		if last := i == len(name)-1; last || name[i] == '-' || name[i] == '.' {
			lines = append(lines, name[start:i+1])
			start = i + 1
		}
	}
	return lines
}

// wrapText breaks text between words into lines of a width. A longer word has a line of its own. A width of 0 or less means
// unlimited.
func wrapText(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	current := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case current == "":
			current = word
		case utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, current)
			current = word
		default:
			current += " " + word
		}
	}
	return append(lines, current)
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

func join(numbers []int, separator string) string {
	texts := make([]string, len(numbers))
	for i, number := range numbers {
		texts[i] = strconv.Itoa(number)
	}
	return strings.Join(texts, separator)
}
