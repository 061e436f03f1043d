// SPDX-License-Identifier: Apache-2.0

package property_test

import (
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
