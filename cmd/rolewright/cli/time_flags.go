// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/pflag"
)

// timeFlags select the time to answer for.
type timeFlags struct {
	value string
	// time is that of --at, or the time at which the command was called: answers that belong together are for one time.
	time time.Time
}

func (f *timeFlags) addFlags(flags *pflag.FlagSet, purpose string) {
	flags.StringVar(&f.value, "at", "", "`TIME` to "+purpose+", as 2006-01-02 or 2006-01-02T15:04:05Z; now by default")
}

// complete parses the flag.
func (f *timeFlags) complete() error {
	if f.value == "" {
		f.time = time.Now()
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, f.value); err == nil {
			f.time = at
			return nil
		}
	}
	return usagef("--at %s: write a time like 2006-01-02 or 2006-01-02T15:04:05Z", f.value)
}

// clock returns a clock that is stopped at the time.
func (f *timeFlags) clock() time.Time { return f.time }
