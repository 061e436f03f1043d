// SPDX-License-Identifier: Apache-2.0

// Package outcome finds conditions that no request can meet, and parts of them that can never be evaluated.
//
// What goes in is an expression; what comes out are the outcomes that it may have (true, false, an error) whatever a request and
// the directory say, and the parts in it that always fail, each with what to write instead. It evaluates the expression over
// kinds of values instead of values: an attribute may be absent, or any kind of value that JSON has. Where it does not know an
// outcome it takes it to be possible, so what it says can never happen never happens; a property test holds that. The package
// must not know what a condition is for, and is not used to decide.
package outcome
