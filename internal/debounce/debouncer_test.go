// SPDX-License-Identifier: Apache-2.0

package debounce_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/debounce"
)

const quiet = 100 * time.Millisecond

var (
	key   = types.NamespacedName{Namespace: "town", Name: "clinic"}
	other = types.NamespacedName{Namespace: "town", Name: "school"}
)

// clock is a time that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time           { return c.at }
func (c *clock) advance(by time.Duration) { c.at = c.at.Add(by) }

func newDebouncer() (*debounce.Debouncer, *clock) {
	c := &clock{at: time.Unix(1000, 0)}
	return debounce.New(quiet, c.now), c
}

func TestTryStartWaitsUntilTheOrganizationIsQuiet(t *testing.T) {
	debouncer, clock := newDebouncer()
	first := clock.at
	if after := debouncer.MarkDirty(key); after != quiet {
		t.Errorf("after a change it asks to wait for %v", after)
	}
	clock.advance(60 * time.Millisecond)
	debouncer.MarkDirty(key)
	clock.advance(40 * time.Millisecond)
	if _, wait := debouncer.TryStart(key); wait != 60*time.Millisecond {
		t.Errorf("40 ms after the last change it waits for %v", wait)
	}
	clock.advance(60 * time.Millisecond)
	if since, wait := debouncer.TryStart(key); wait != 0 || !since.Equal(first) {
		t.Errorf("100 ms after the last change it waits for %v and covers changes since %v", wait, since)
	}
	debouncer.Finish(key)
	if since, wait := debouncer.TryStart(key); wait != 0 || !since.IsZero() {
		t.Errorf("without a change it waits for %v and covers changes since %v", wait, since)
	}
}

func TestTryStartDoesNotWaitForTheEndOfABurst(t *testing.T) {
	debouncer, clock := newDebouncer()
	waited := time.Duration(0)
	for {
		debouncer.MarkDirty(key)
		if _, wait := debouncer.TryStart(key); wait == 0 {
			break
		}
		clock.advance(10 * time.Millisecond)
		waited += 10 * time.Millisecond
	}
	if waited != 10*quiet {
		t.Errorf("with a change every 10 ms it starts after %v", waited)
	}
}

func TestOrganizationsDoNotWaitForEachOther(t *testing.T) {
	debouncer, clock := newDebouncer()
	debouncer.MarkDirty(other)
	clock.advance(quiet)
	debouncer.MarkDirty(key)
	if _, wait := debouncer.TryStart(other); wait != 0 {
		t.Errorf("it waits for %v because another organization changed", wait)
	}
	if _, wait := debouncer.TryStart(key); wait != quiet {
		t.Errorf("it waits for %v because another organization was quiet", wait)
	}
}

func TestAFailedResolutionLeavesItsChangesToTheNext(t *testing.T) {
	debouncer, clock := newDebouncer()
	first := clock.at
	debouncer.MarkDirty(key)
	clock.advance(quiet)
	debouncer.TryStart(key)
	// It fails: nothing calls Finish.
	if since, wait := debouncer.TryStart(key); wait != 0 || !since.Equal(first) {
		t.Errorf("the second try waits for %v and covers changes since %v", wait, since)
	}
	debouncer.MarkDirty(key)
	clock.advance(quiet)
	if since, _ := debouncer.TryStart(key); !since.Equal(first) {
		t.Errorf("with a later change the third try covers changes since %v", since)
	}
}

func TestOldestIsTheFirstChangeThatIsNotResolved(t *testing.T) {
	debouncer, clock := newDebouncer()
	expect := func(when string, want time.Time) {
		t.Helper()
		if got := debouncer.Oldest(); !got.Equal(want) {
			t.Errorf("%s the oldest change is of %v, want %v", when, got, want)
		}
	}
	first := clock.at
	expect("at the start", time.Time{})
	debouncer.MarkDirty(key)
	clock.advance(quiet)
	second := clock.at
	debouncer.MarkDirty(other)
	expect("after a change", first)
	debouncer.TryStart(key)
	expect("while it is resolved", first)
	debouncer.MarkDirty(key)
	debouncer.Finish(key)
	expect("once it is resolved", second)
	clock.advance(quiet)
	debouncer.TryStart(other)
	debouncer.Finish(other)
	expect("once the other is resolved: a change came during the resolution", second)
	debouncer.TryStart(key)
	debouncer.Finish(key)
	expect("at the end", time.Time{})
}

// TestALateStartGathersOnceMore: who starts late has not heard of every change in time either.
func TestALateStartGathersOnceMore(t *testing.T) {
	const late = 50 * time.Millisecond
	debouncer, clock := newDebouncer()
	first := clock.at
	start := func(when string, want time.Duration) {
		t.Helper()
		if since, wait := debouncer.TryStart(key); wait != want || wait == 0 && !since.Equal(first) {
			t.Errorf("%s it waits for %v, and covers changes since %v", when, wait, since)
		}
	}
	debouncer.MarkDirty(key)
	clock.advance(quiet + late)
	start("hardly late", 0)
	debouncer.Finish(key)

	first = clock.at
	debouncer.MarkDirty(key)
	clock.advance(quiet + late + time.Millisecond)
	start("late", quiet)
	clock.advance(quiet / 2)
	start("soon after that", quiet/2)
	debouncer.MarkDirty(key)
	start("after another change", quiet)
	clock.advance(quiet + late + time.Millisecond)
	start("late for the second time", 0)
	debouncer.Finish(key)

	first = clock.at
	debouncer.MarkDirty(key)
	clock.advance(time.Hour)
	start("late the next time", quiet)
}

// TestAtLeast: where changes come late, they are gathered for longer.
func TestAtLeast(t *testing.T) {
	for _, test := range []struct{ atLeast, period, burst time.Duration }{
		{0, quiet, 10 * quiet}, {quiet / 2, quiet, 10 * quiet}, {3 * quiet, 3 * quiet, 10 * quiet}, {20 * quiet, 20 * quiet, 40 * quiet},
	} {
		debouncer, clock := newDebouncer()
		debouncer.AtLeast = func() time.Duration { return test.atLeast }
		if after := debouncer.MarkDirty(key); after != test.period {
			t.Errorf("at least %v: after a change it asks to wait for %v", test.atLeast, after)
		}
		if _, wait := debouncer.TryStart(key); wait != test.period {
			t.Errorf("at least %v: after a change it waits for %v", test.atLeast, wait)
		}
		waited := time.Duration(0)
		for ; ; waited += quiet / 10 {
			debouncer.MarkDirty(key)
			if _, wait := debouncer.TryStart(key); wait == 0 {
				break
			}
			clock.advance(quiet / 10)
		}
		if waited != test.burst {
			t.Errorf("at least %v: with changes that do not end it starts after %v", test.atLeast, waited)
		}
	}
}
