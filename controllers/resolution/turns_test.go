// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestTurns: organizations that take much work are resolved one at a time, and wait longer each time that they are given up.
func TestTurns(t *testing.T) {
	now := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	costly, other, plain := snapshot.Key{Name: "costly"}, snapshot.Key{Name: "other"}, snapshot.Key{Name: "plain"}
	turns := turns{}
	begin := func(key snapshot.Key, want time.Duration) {
		t.Helper()
		if got := turns.begin(key, now); got != want {
			t.Errorf("%s may begin after %s, want %s", key.Name, got, want)
		}
	}
	for _, key := range []snapshot.Key{costly, other} {
		begin(key, 0)
		turns.took(key, &resolve.Resolution{Steps: int64(expensive) + 1}, now)
		turns.end(key)
	}
	begin(costly, 0)
	begin(other, anotherTurn)
	begin(plain, 0)
	turns.end(plain)
	begin(other, anotherTurn)
	turns.took(costly, &resolve.Resolution{GivenUp: true}, now)
	turns.end(costly)
	begin(other, 0)
	turns.end(other)
	for pause := firstPause; pause < lastPause; pause *= 2 {
		begin(costly, pause)
		now = now.Add(pause)
		begin(costly, 0)
		turns.took(costly, &resolve.Resolution{GivenUp: true}, now)
		turns.end(costly)
	}
	begin(costly, lastPause)
	now = now.Add(lastPause)
	begin(costly, 0)
	turns.took(costly, &resolve.Resolution{Steps: 1}, now)
	turns.end(costly)
	begin(other, 0)
	begin(costly, 0)
}
