// SPDX-License-Identifier: Apache-2.0

package english

import "fmt"

// Count writes a number with its noun, in the plural unless the number is 1.
func Count(number int, noun string) string {
	if number == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", number, noun)
}
