// SPDX-License-Identifier: Apache-2.0

package filewatch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzStoppedWriter writes one state of a file over another, as editors, shells and slow programs do: in pieces, with pauses, over
// the file or beside it. Each byte is what the writer does next, or how long it waits. While it stops nowhere for as long as files
// take to settle, only whole states settle; once it is done, its last state does.
func FuzzStoppedWriter(f *testing.F) {
	for _, seed := range []string{"", "\x00", "\x01\x41\x02\x43\x03\x45", "\x80\x81\x82\x83", "\x40\x00\x40\x01\x40\x02\x40\x03\x40\x04", "\x05\x06\x07\xff\xfe\xfd"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, acts []byte) {
		w := newStoppedWriter(t)
		w.rest(emptiedTime)
		for _, act := range acts[:min(len(acts), 64)] {
			if act >= 0x40 {
				w.rest(settleTime * time.Duration(act-0x40) / 0xc0)
				continue
			}
			w.act(act)
		}
		w.finish()
		w.rest(emptiedTime + settleTime)
		if got := w.settled(); got != w.next {
			t.Fatalf("the last state is %q; settled is %q", w.next, got)
		}
	})
}

// stoppedWriter writes a file, and looks at it with a clock of its own.
type stoppedWriter struct {
	t            *testing.T
	path, beside string
	observer     *Observer
	settling     settling
	now          time.Time
	// content holds the content of each state that was seen.
	content map[Fingerprint]string
	// whole holds the states that were written to their end, and next is the one that is being written, of which so much is there.
	whole   map[string]bool
	next    string
	written int
	number  int
	// onePause is how long the file has been as it is.
	onePause time.Duration
}

func newStoppedWriter(t *testing.T) *stoppedWriter {
	t.Helper()
	dir := t.TempDir()
	w := &stoppedWriter{
		t: t, path: filepath.Join(dir, "users.yaml"), beside: filepath.Join(dir, ".users.yaml"), observer: NewObserver([]string{dir}),
		now: time.Unix(1e9, 0), content: map[Fingerprint]string{}, whole: map[string]bool{},
	}
	w.begin()
	w.finish()
	return w
}

// begin begins another state, of as many bytes as the one before.
func (w *stoppedWriter) begin() {
	w.number++
	w.next, w.written = strings.Repeat(string(rune('a'+w.number%26)), 8), 0
}

// act is a step of the writer.
func (w *stoppedWriter) act(kind byte) {
	if w.written == len(w.next) {
		w.begin()
	}
	switch kind % 4 {
	case 0: // empty the file
		w.written = 0
		w.store(w.path, "")
	case 1, 2: // some more of it
		w.written = min(len(w.next), w.written+1+int(kind)/4)
		w.store(w.path, w.next[:w.written])
	case 3: // all of it at once, beside the file
		w.written = len(w.next)
		w.store(w.beside, w.next)
		if err := os.Rename(w.beside, w.path); err != nil {
			w.t.Fatal(err)
		}
	}
	w.whole[w.next] = w.whole[w.next] || w.written == len(w.next)
	w.onePause = 0
}

func (w *stoppedWriter) finish() {
	for w.written < len(w.next) {
		w.act(1)
	}
}

func (w *stoppedWriter) store(path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// rest lets time go by, and looks again and again. The writer rests for less than files take to settle, unless it is done.
func (w *stoppedWriter) rest(d time.Duration) {
	if limit := settleTime - time.Millisecond - w.onePause; w.written < len(w.next) {
		d = max(0, min(d, limit))
	}
	w.onePause += d
	for end := w.now.Add(d); ; {
		text, err := os.ReadFile(w.path)
		if err != nil {
			w.t.Fatal(err)
		}
		state := w.observer.Look()
		w.content[state.Fingerprint] = string(text)
		left, _ := w.settling.observe(state, w.now)
		if got := w.settled(); got != "" && !w.whole[got] {
			w.t.Fatalf("%q settled, which is not whole", got)
		}
		if !w.now.Before(end) {
			return
		}
		w.now = w.now.Add(min(end.Sub(w.now), max(left, eventDelay), pollInterval))
	}
}

// settled returns the content that settled last; empty before the first.
func (w *stoppedWriter) settled() string { return w.content[w.settling.settled.Fingerprint] }
