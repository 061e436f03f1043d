// SPDX-License-Identifier: Apache-2.0

package watches

import (
	"sort"
	"strconv"
	"sync"
	"time"
)

const (
	// calm is how far apart watches may be that count as keeping step.
	calm = 25 * time.Millisecond
	// remembered is for how long it counts that watches were further apart.
	remembered = time.Minute
	// maxGather bounds how long changes are gathered for that.
	maxGather = 2 * time.Second
	// horizon is how long ago versions may have been brought that later ones are compared with, and resolution how exactly that is known.
	// A watch that is further behind has been interrupted, or its versions come from another etcd.
	horizon    = 5 * time.Second
	resolution = 5 * time.Millisecond
)

// distance measures how far apart the watches are. The versions of one etcd are ordered across resources, so an event is late by as much
// time as has passed since the watch of another resource brought a higher version. That is a hint: it says nothing of the events that
// are still to come, and nothing at all where resources have an etcd each; then it has changes gathered for a bounded time at most.
// The zero value is ready, and it is safe for concurrent use.
type distance struct {
	mutex sync.Mutex
	// latest is the highest version of each resource.
	latest map[string]uint64
	// arrivals are the highest version of any resource and since when it has been known, in order: those within the horizon, and one before.
	arrivals []arrival
	// largest is the largest distance that was measured since it last was calm, and until when it counts.
	largest time.Duration
	until   time.Time
}

type arrival struct {
	version uint64
	at      time.Time
}

// Brought notes that the watch of a resource has brought an object of a version. What it lists as it begins is of long ago.
func (t *Tracker) Brought(now time.Time, resource, version string, listed bool) {
	number, err := strconv.ParseUint(version, 10, 64)
	if err != nil {
		return
	}
	t.distance.brought(now, resource, number, listed)
}

// Gather returns for how long changes should be gathered at least, so that the earlier ones of other resources arrive meanwhile: twice
// as long as the watches were apart within the last minute, or 0 if they keep step.
func (t *Tracker) Gather(now time.Time) time.Duration { return t.distance.gather(now) }

func (d *distance) brought(now time.Time, resource string, version uint64, listed bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.latest == nil {
		d.latest = map[string]uint64{}
	}
	if version <= d.latest[resource] {
		return
	}
	d.latest[resource] = version
	if listed {
		return
	}
	for len(d.arrivals) > 1 && now.Sub(d.arrivals[1].at) > horizon {
		d.arrivals = d.arrivals[1:]
	}
	if late := d.late(now, version); late > calm {
		if now.After(d.until) {
			d.largest = 0
		}
		d.largest, d.until = max(d.largest, late), now.Add(remembered)
	}
}

// late returns how late a version comes. The highest so far is not late, and remembered.
func (d *distance) late(now time.Time, version uint64) time.Duration {
	higher := sort.Search(len(d.arrivals), func(i int) bool { return d.arrivals[i].version > version })
	if higher < len(d.arrivals) {
		if since := now.Sub(d.arrivals[higher].at); higher > 0 || since <= horizon {
			return since
		}
		return 0
	}
	if last := len(d.arrivals) - 1; last >= 0 && now.Sub(d.arrivals[last].at) < resolution {
		d.arrivals[last].version = version
	} else {
		d.arrivals = append(d.arrivals, arrival{version: version, at: now})
	}
	return 0
}

func (d *distance) gather(now time.Time) time.Duration {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.largest == 0 || now.After(d.until) {
		return 0
	}
	return min(2*d.largest, maxGather)
}
