// SPDX-License-Identifier: Apache-2.0

package property

import (
	"flag"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// rounds are so many that a case reached by one round in two is missed once in a billion tests.
const rounds = 30

// Check checks a property as rapid.Check does, on as many draws, and then again until unreached returns "": it says, of all draws
// of the test so far, which case that the property is about was not among them, or too rarely. The test fails if the property
// does, or if a case is still unreached after many rounds.
func Check(t *testing.T, property func(*rapid.T), unreached func() string) {
	t.Helper()
	missing := ""
	seed := flag.Lookup("rapid.seed").Value
	given := seed.String()
	t.Cleanup(func() { _ = seed.Set(given) })
	for round := range uint64(rounds) {
		// A seed that is given draws the same in each check: each round has one of its own.
		if first, err := strconv.ParseUint(given, 10, 64); err == nil && first != 0 {
			_ = seed.Set(strconv.FormatUint(first+round, 10))
		}
		rapid.Check(t, property)
		if missing = unreached(); missing == "" {
			return
		}
	}
	t.Errorf("the draws say too little: %s", missing)
}
