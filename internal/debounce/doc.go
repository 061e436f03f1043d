// SPDX-License-Identifier: Apache-2.0

// Package debounce decides when an organization should be resolved: once it has been quiet for a while.
//
// What goes in are the changes of an organization and the starts and ends of its resolutions; what comes out is how long to
// wait, and the age of the oldest change that is not resolved yet. The package must not know what a change is about, and
// must not start anything itself: it has no timers and no goroutines.
package debounce
