// SPDX-License-Identifier: Apache-2.0

package english

import (
	"fmt"
	"strings"
)

// Count writes a number with its noun, in the plural unless the number is 1.
func Count(number int, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}

// UpTo joins names, but lists no more than a maximum of them.
func UpTo(most int, names []string) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
