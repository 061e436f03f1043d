// SPDX-License-Identifier: Apache-2.0

// Package console looks at the console in a real browser, as people do.
//
// It needs Chromium (apt-get install chromium, or one that ROLEWRIGHT_CHROMIUM names) and axe-core (make axe). Where they are missing its
// tests are skipped, unless ROLEWRIGHT_BROWSER is "required".
package console
