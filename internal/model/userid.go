// SPDX-License-Identifier: Apache-2.0

package model

import (
	"regexp"
	"unicode/utf8"
)

// maxUserID is how many characters the id of a user has at most.
const maxUserID = 512

// malformedID matches what is no id of a user.
var malformedID = regexp.MustCompile(`^$|[\pC\x{2028}\x{2029}]|^\pZ|\pZ$`)

// IsUserID reports whether users may have an id, as the API's UserID declares it.
func IsUserID(id string) bool {
	// A character has no more than four bytes.
	return len(id) <= utf8.UTFMax*maxUserID && utf8.RuneCountInString(id) <= maxUserID && !malformedID.MatchString(id)
}
