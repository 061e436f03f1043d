// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseDuration returns the seconds of a duration as Duration writes it, in whole seconds: 8h, 1d12h, 90m.
func ParseDuration(text string) (int32, error) {
	wrong := fmt.Errorf("%s: write a duration like 8h, 30m or 1d12h", text)
	rest, days := strings.TrimSpace(text), 0.0
	if count, after, has := strings.Cut(rest, "d"); has {
		whole, err := strconv.ParseUint(count, 10, 31)
		if err != nil {
			return 0, wrong
		}
		days, rest = float64(whole), after
	}
	parsed := time.Duration(0)
	if rest != "" || days == 0 {
		var err error
		if parsed, err = time.ParseDuration(rest); err != nil {
			return 0, wrong
		}
	}
	seconds := days*86400 + parsed.Seconds()
	if parsed < 0 || parsed%time.Second != 0 || seconds < 1 || seconds > math.MaxInt32 {
		return 0, wrong
	}
	return int32(seconds), nil
}
