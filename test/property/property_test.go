// SPDX-License-Identifier: Apache-2.0

package property_test

import (
	"flag"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/test/property"
)

func TestCheckGoesOnUntilCasesAreReached(t *testing.T) {
	rounds := 0
	property.Check(t, func(t *rapid.T) { rapid.Bool().Draw(t, "anything") }, func() string {
		rounds++
		if rounds < 3 {
			return "two rounds do not reach it"
		}
		return ""
	})
	if rounds != 3 {
		t.Errorf("it took %d rounds instead of 3", rounds)
	}
}

// TestCheckDrawsMoreWithASeed: with a seed, further rounds draw what the first did not, and the seed stays as it was given.
func TestCheckDrawsMoreWithASeed(t *testing.T) {
	seed := flag.Lookup("rapid.seed").Value
	was := seed.String()
	t.Cleanup(func() { _ = seed.Set(was) })
	if err := seed.Set("7"); err != nil {
		t.Fatal(err)
	}
	var firsts []uint64
	t.Run("checked", func(t *testing.T) {
		var drawn []uint64
		property.Check(t, func(t *rapid.T) { drawn = append(drawn, rapid.Uint64().Draw(t, "anything")) }, func() string {
			firsts, drawn = append(firsts, drawn[len(drawn)-1]), nil
			if len(firsts) < 3 {
				return "two rounds do not reach it"
			}
			return ""
		})
	})
	if firsts[0] == firsts[1] || firsts[1] == firsts[2] || seed.String() != "7" {
		t.Errorf("the rounds end with %v, and the seed is %s", firsts, seed)
	}
}
