// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"testing"
	"time"
)

// TestSettling: a state settles once it has lasted, and later if a file has lost its content.
func TestSettling(t *testing.T) {
	type look struct {
		at      time.Duration
		content string
		settles bool
	}
	for name, looks := range map[string][]look{
		"seen once":                                 {{0, "a", false}},
		"lasts":                                     {{0, "a", false}, {settleTime - 1, "a", false}, {settleTime, "a", true}, {time.Hour, "a", true}},
		"changes before it settles":                 {{0, "a", false}, {settleTime - 1, "b", false}, {settleTime, "b", false}, {2*settleTime - 1, "b", true}},
		"seen by polls only":                        {{0, "a", false}, {pollInterval, "b", false}, {2 * pollInterval, "b", true}},
		"changes back":                              {{0, "a", false}, {settleTime, "a", true}, {settleTime + 1, "b", false}, {settleTime + 2, "a", false}, {2*settleTime + 2, "a", true}},
		"empty from the beginning":                  {{0, "", false}, {settleTime, "", true}},
		"emptied":                                   {{0, "a", false}, {settleTime, "a", true}, {2 * settleTime, "", false}, {emptiedTime, "", false}, {2*settleTime + emptiedTime, "", true}, {time.Hour, "", true}},
		"emptied, and written after a while":        {{0, "a", false}, {settleTime, "a", true}, {2 * settleTime, "", false}, {5 * settleTime, "b", false}, {6 * settleTime, "b", true}},
		"emptied before it settled with content":    {{0, "a", false}, {1, "", false}, {1 + settleTime, "", true}},
		"emptied twice, with content between looks": {{0, "a", false}, {settleTime, "a", true}, {2 * settleTime, "", false}, {3 * settleTime, "b", false}, {4*settleTime - 1, "", false}, {5 * settleTime, "", false}},
	} {
		t.Run(name, func(t *testing.T) {
			s, start := settling{}, time.Unix(1e9, 0)
			for _, look := range looks {
				state := State{Fingerprint: Fingerprint([]byte(look.content + "                                ")[:32]), empty: map[string]bool{"f": look.content == ""}}
				left, _ := s.observe(state, start.Add(look.at))
				if settles := left <= 0; settles != look.settles {
					t.Fatalf("at %s with content %q: settled %t; want %t", look.at, look.content, settles, look.settles)
				}
				if look.settles && s.settled.Fingerprint != state.Fingerprint {
					t.Fatalf("at %s another state settled", look.at)
				}
			}
		})
	}
}

// TestEmptiedIsReportedOnce: a file that has lost its content is named when that is seen, not at every look.
func TestEmptiedIsReportedOnce(t *testing.T) {
	s, now := settling{}, time.Unix(1e9, 0)
	state := func(id byte, empty bool) State {
		return State{Fingerprint: Fingerprint{id}, empty: map[string]bool{"users.yaml": empty, "roles.yaml": false}}
	}
	s.observe(state(1, false), now)
	s.observe(state(1, false), now.Add(settleTime))
	for i, want := range []string{"users.yaml", "", ""} {
		if _, emptied := s.observe(state(2, true), now.Add(settleTime+time.Duration(i+1))); emptied != want {
			t.Errorf("look %d names %q; want %q", i+1, emptied, want)
		}
	}
}
