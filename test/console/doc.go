// SPDX-License-Identifier: Apache-2.0

// Package console looks at the console in a real browser, as people do.
//
// Package browser says what it needs.
package console
