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
	var err error
	f.time, err = parseTime("--at", f.value)
	return err
}

// parseTime parses the time of a flag.
func parseTime(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("%s %s: write a time like 2006-01-02 or 2006-01-02T15:04:05Z", flag, text)
}

// clock returns a clock that is stopped at the time.
func (f *timeFlags) clock() time.Time { return f.time }
