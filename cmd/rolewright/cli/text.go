// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/suggest"
)

// none is printed in a table where there is no value.
const none = "-"

// orNone returns the text, or none if it is empty.
func orNone(text string) string {
	if text == "" {
		return none
	}
	return text
}

func yesNo(decision bool) string {
	if decision {
		return "yes"
	}
	return "no"
}

// orList joins at least two words of which one is to be chosen.
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// didYouMean returns a hint with the known name that is closest to an unknown one, or nothing if none is close.
func didYouMean(what, name string, known []string) string {
	if closest := suggest.Closest(name, known); closest != "" && closest != name {
		return fmt.Sprintf("hint: there is no %s %q; did you mean %q?\n", what, name, closest)
	}
	return ""
}
