// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/pflag"
)

// moment is the flag that says for when an answer is wanted.
type moment struct {
	at string
}

func (m *moment) addFlag(flags *pflag.FlagSet, usage string) { flags.StringVar(&m.at, "at", "", usage) }

// time is the moment of --at; without it, now.
func (m *moment) time() (time.Time, error) {
	if m.at == "" {
		return time.Now(), nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, m.at); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("--at %s: write a moment like 2006-01-02 or 2006-01-02T15:04:05Z", m.at)
}

// clock stands still at the moment of --at; without it, it is the machine's.
func (m *moment) clock() (func() time.Time, error) {
	at, err := m.time()
	if m.at == "" {
		return time.Now, nil
	}
	return func() time.Time { return at }, err
}

// standStill makes the clock stand still, so that answers which are put together are of one moment.
func (m *moment) standStill() {
	if m.at == "" {
		m.at = time.Now().UTC().Format(time.RFC3339Nano)
	}
}
