// SPDX-License-Identifier: Apache-2.0

package access

// Unmet counts those who hold a permission and may not use it because of conditions.
type Unmet struct {
	// NotMet hold it under conditions that are not met.
	NotMet int `json:"notMet"`
	// NotEvaluated hold it under conditions that cannot be evaluated, for want of an attribute for example.
	NotEvaluated int `json:"notEvaluated"`
}
