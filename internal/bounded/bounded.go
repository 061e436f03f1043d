// SPDX-License-Identifier: Apache-2.0

package bounded

import (
	"math"
	"slices"
	"unicode/utf8"
)

// ellipsis marks a text that was shortened.
const ellipsis = "…"

// Text shortens a text to a number of characters, as the schemas of the API count them.
func Text(text string, characters int) string {
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

// Bytes shortens a text to a number of bytes, at the end of a character.
func Bytes(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	end := bytes - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// List returns the first texts of a list, each once and each shortened to a number of characters. It returns nil for none.
func List(texts []string, items, characters int) []string {
	var list []string
	for _, text := range texts {
		if len(list) == items {
			break
		}
		// Two texts may be alike only up to where they are shortened, and the API refuses an entry that is there twice.
		if text = Text(text, characters); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// Count returns a count as the API holds it, at most the greatest that it can hold.
func Count(n int) *int32 {
	return new(int32(min(n, math.MaxInt32)))
}

// CountIfAny returns a count as the API holds it, and nil for zero.
func CountIfAny(n int) *int32 {
	if n == 0 {
		return nil
	}
	return Count(n)
}
