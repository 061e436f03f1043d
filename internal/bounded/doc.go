// SPDX-License-Identifier: Apache-2.0

// Package bounded fits texts, lists and counts into the bounds of the API's fields.
//
// A value of any size and a bound go in; a value within the bound comes out, and a text that was shortened says so. The
// package knows no field: the bounds are its callers'.
package bounded
