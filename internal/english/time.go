// SPDX-License-Identifier: Apache-2.0

package english

import "time"

// Time writes a time as the API does: in UTC, in RFC 3339.
func Time(at time.Time) string { return at.UTC().Format(time.RFC3339) }
