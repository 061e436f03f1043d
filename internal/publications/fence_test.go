// SPDX-License-Identifier: Apache-2.0

package publications_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

func TestOnlyALaterSnapshotReplacesWhatAnotherProcessPublished(t *testing.T) {
	tracker := publications.NewTracker()
	asked := 0
	tracker.OnOutdated(func(snapshot.Key) { asked++ })
	// start begins a resolution, whose snapshot end returns.
	start := func() (end func() *snapshot.Snapshot) {
		version := tracker.ObservedVersion(key)
		return func() *snapshot.Snapshot {
			built := build(t1)
			built.ObservedVersion = version
			tracker.Resolved(built)
			return built
		}
	}
	expect := func(s *snapshot.Snapshot, version string, want bool, wantAsked int) {
		t.Helper()
		if got := tracker.MayReplace(s, version); got != want || asked != wantAsked {
			t.Errorf("it may replace version %s: %v, after asking %d times for a resolution; want %v after %d", version, got, asked, want, wantAsked)
		}
	}
	current := start()()
	tracker.Written(key, "10")
	expect(current, "10", true, 0)
	expect(current, "11", false, 1)
	expect(current, "11", false, 1)

	// A resolution that started before the version was observed does not count.
	end := start()
	expect(current, "12", false, 2)
	current = end()
	expect(current, "12", false, 2)
	current = start()()
	expect(current, "12", true, 2)
	expect(current, "13", false, 3)

	tracker.Removed(key)
	current = start()()
	expect(current, "12", false, 4)
}
