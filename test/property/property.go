// SPDX-License-Identifier: Apache-2.0

package property

import (
	"flag"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// mostDraws are so many that a case reached by one draw in 150 is missed once in a billion tests: 3000 ln(150/149) is 20.
const mostDraws = 3000

// Check checks a property as rapid.Check does, on as many draws, and then again until unreached returns "": it says, of all draws
// of the test so far, which case that the property is about was not among them, or too rarely. The test fails if the property
// does, or if a case is still unreached after some thousand draws, however few of them one round has (with -short a fifth).
func Check(t *testing.T, property func(*rapid.T), unreached func() string) {
	t.Helper()
	missing := ""
	seed := flag.Lookup("rapid.seed").Value
	given := seed.String()
	t.Cleanup(func() { _ = seed.Set(given) })
	drawn := 0
	for round := uint64(0); drawn < mostDraws; round++ {
		// A seed that is given draws the same in each check: each round has one of its own.
		if first, err := strconv.ParseUint(given, 10, 64); err == nil && first != 0 {
			_ = seed.Set(strconv.FormatUint(first+round, 10))
		}
		rapid.Check(t, func(rt *rapid.T) {
			drawn++
			property(rt)
		})
		if missing = unreached(); missing == "" {
			return
		}
	}
	t.Errorf("the draws say too little: %s", missing)
}
