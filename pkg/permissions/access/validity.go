// SPDX-License-Identifier: Apache-2.0

package access

import "time"

// Validity is a decision with how long it stays what it is. It is about one index: another revision may decide otherwise at any time.
type Validity struct {
	// Decision is the answer at a moment, At.
	Decision bool
	At       time.Time
	// Until is the first moment after At at which time windows change the answer. It is nil if none does.
	Until *time.Time
	// Unknown says why it is not known how long the answer holds: because a condition reads the time, for example. Until is nil then.
	Unknown string
}
