// SPDX-License-Identifier: Apache-2.0

package document

import (
	"math"
	"strconv"
)

// MaxExactInteger is 2^53, the largest whole number up to which a double holds every one. Attributes hold none beyond it: it would
// be rounded, and equal its neighbors.
const MaxExactInteger = 1 << 53

// ParseNumber parses a number as JSON writes it. It reports whether the number can be kept: whole numbers beyond MaxExactInteger
// and what is no number cannot; fractions are rounded to a double, as every reader of JSON rounds them.
func ParseNumber(text string) (number float64, ok bool) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	switch size := math.Abs(number); {
	case size < MaxExactInteger:
		return number, true
	case size > MaxExactInteger:
		return 0, false
	}
	// Its neighbors are rounded to it.
	return number, text == "9007199254740992" || text == "-9007199254740992"
}
