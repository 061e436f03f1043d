// SPDX-License-Identifier: Apache-2.0

// Package browser drives a real browser in tests, as people do.
//
// In goes the address of a server; out comes a tab of Chromium, which remembers what the browser complained about. It needs Chromium
// (apt-get install chromium, or one that ROLEWRIGHT_CHROMIUM names) and axe-core (make axe). Where they are missing a test is skipped,
// unless ROLEWRIGHT_BROWSER is "required". The package must not know what the pages are about.
package browser
