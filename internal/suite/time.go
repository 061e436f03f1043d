// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"maps"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/suggest"
)

// readTimes reads the moments that the suite names.
func (r *runner) readTimes() bool {
	before := len(r.result.Problems)
	r.times = map[string]time.Time{}
	for _, name := range slices.Sorted(maps.Keys(r.file.Times)) {
		path := "times." + name
		if _, is := parsed(name); is {
			r.problem(path, "a moment is not named by another: give it a name that is no time")
		}
		r.times[name] = r.time(path, r.file.Times[name])
	}
	r.now = r.time("now", r.file.Now)
	return len(r.result.Problems) == before
}

// time reads a moment, by its name or as it is written.
func (r *runner) time(path, text string) time.Time {
	if moment, known := r.times[text]; known {
		return moment
	}
	moment, is := parsed(text)
	if !is {
		hint := "write a time like 2006-01-02 or 2006-01-02T15:04:05Z"
		if closest := suggest.Closest(text, slices.Collect(maps.Keys(r.times))); closest != "" {
			hint = "did you mean " + closest + "?"
		}
		r.problem(path, "%q is neither a time nor one of times: %s", text, hint)
	}
	return moment
}

// when reads the moments of a row; that of the suite if it has none.
func (r *runner) when(path string, written []string) []moment {
	if len(written) == 0 {
		return []moment{{at: r.now}}
	}
	moments := make([]moment, len(written))
	for i, text := range written {
		moments[i] = moment{name: text, at: r.time(path, text)}
	}
	return moments
}

// moment reads the moment of a row; that of the suite if it has none.
func (r *runner) moment(path, written string) moment {
	if written == "" {
		return moment{at: r.now}
	}
	return moment{name: written, at: r.time(path, written)}
}

// moment is a time with what the suite calls it.
type moment struct {
	name string
	at   time.Time
}

func parsed(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
