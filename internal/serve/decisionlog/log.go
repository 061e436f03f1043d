// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const (
	// waiting bounds the decisions that wait for the writer.
	waiting = 8192
	// batch is how many bytes are written at once, if as many wait.
	batch = 64 << 10
)

// Decision is one decision to be written down.
type Decision struct {
	Time time.Time
	// RequestID is what the caller named the request, empty if it did not.
	RequestID               string
	Namespace, Organization string
	// Revision is that of the state which decided.
	Revision int64
	// Endpoint is that of the API through which it was asked.
	Endpoint string
	// Caller is who asked, empty if callers are not known.
	Caller string
	// Request is what was decided; in a search, without what was searched for. It must not change any more.
	Request access.Request
	// Decision is the answer; in a search, whether anything was found. Reason is its code where the caller asked for it.
	Decision bool
	Reason   access.Reason
	// Results is how many results a search was answered with; it is nil where nothing was searched.
	Results *int
	// Problem says why there is no decision. The answer is then no.
	Problem string
}

// Options say what is written.
type Options struct {
	// Sample is the part of all decisions that is written, above 0 and at most 1.
	Sample float64
	// Masks are the fields whose values are not shown.
	Masks Masks
	// Log receives errors of writing.
	Log logr.Logger
}

// Log writes decisions. It may be used by any number of goroutines.
type Log struct {
	options Options
	// below is the hash under which a request is written.
	below  uint64
	queue  chan Decision
	reopen chan struct{}
	close  chan struct{}
	closed chan struct{}

	quietly          rate.Sometimes
	written, dropped atomic.Uint64
}

// New starts a log. Open returns the writer, and is called again for Reopen; the writer before is then closed.
func New(open func() (io.WriteCloser, error), options Options) (*Log, error) {
	if !CanSample(options.Sample) {
		return nil, fmt.Errorf("the sample is %v; it must be above 0 and at most 1", options.Sample)
	}
	to, err := open()
	if err != nil {
		return nil, err
	}
	l := &Log{
		options: options, below: math.MaxUint64, queue: make(chan Decision, waiting),
		reopen: make(chan struct{}, 1), close: make(chan struct{}), closed: make(chan struct{}),
		quietly: rate.Sometimes{First: 1, Interval: time.Second},
	}
	if options.Sample < 1 {
		l.below = uint64(options.Sample * math.MaxUint64)
	}
	go l.run(&file{open: open, to: to})
	return l, nil
}

// CanSample says whether a number is a part of all decisions of which something is left.
func CanSample(part float64) bool { return part > 0 && part <= 1 }

// Write writes a decision down, soon, if it is in the sample. It returns at once.
func (l *Log) Write(d Decision) {
	if !l.sampled(d.RequestID) {
		return
	}
	select {
	case l.queue <- d:
	default:
		l.dropped.Add(1)
	}
}

// sampled tells by the request's id, so that all decisions of one request are in the sample or none is, here and wherever
// else the same part of the same ids is kept. A request without an id is left to chance.
func (l *Log) sampled(requestID string) bool {
	if l.below == math.MaxUint64 {
		return true
	}
	if requestID == "" {
		return rand.Uint64() < l.below //nolint:gosec // which decisions are written is no secret
	}
	return spread(requestID) < l.below
}

// spread turns an id into a number, evenly, and the same everywhere: FNV-1a alone moves the last characters too little.
func spread(id string) uint64 {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, id)
	mixed := sum.Sum64()
	mixed = (mixed ^ mixed>>33) * 0xff51afd7ed558ccd
	mixed = (mixed ^ mixed>>33) * 0xc4ceb9fe1a85ec53
	return mixed ^ mixed>>33
}

// Written counts the lines that were written.
func (l *Log) Written() uint64 { return l.written.Load() }

// Dropped counts the decisions of the sample that were not written.
func (l *Log) Dropped() uint64 { return l.dropped.Load() }

// Reopen makes the log open its file anew before the next line, because somebody has moved the file away.
func (l *Log) Reopen() {
	select {
	case l.reopen <- struct{}{}:
	default:
	}
}

// Close writes what waits, and ends the log. What cannot be written before the context ends is dropped. Write must not be
// called any more.
func (l *Log) Close(ctx context.Context) error {
	close(l.close)
	select {
	case <-l.closed:
		return nil
	case <-ctx.Done():
		left := len(l.queue)
		l.dropped.Add(uint64(left))
		return fmt.Errorf("the decision log's writer is stuck: %d decisions are not written down", left)
	}
}

// run writes lines until the log is closed.
func (l *Log) run(to *file) {
	defer close(l.closed)
	defer to.shut()
	var pending []byte
	for {
		select {
		case d := <-l.queue:
			pending = l.gather(pending[:0], d, to)
		case <-l.reopen:
			if err := to.again(); err != nil {
				l.options.Log.Error(err, "Cannot reopen the decision log; still writing to the file opened before")
			}
		case <-l.close:
			for len(l.queue) > 0 {
				pending = l.gather(pending[:0], <-l.queue, to)
			}
			return
		}
	}
}

// gather writes a decision, together with those that wait already. It returns the bytes for the next ones to be put into.
func (l *Log) gather(pending []byte, d Decision, to *file) []byte {
	count := uint64(0)
	for more := true; more; {
		with, err := l.options.Masks.appendLine(pending, &d)
		if err != nil {
			l.lost(1, err)
		} else {
			pending = with
			count++
		}
		if more = len(pending) < batch && len(l.queue) > 0; more {
			d = <-l.queue
		}
	}
	if err := to.write(pending); err != nil {
		l.lost(count, err)
		return pending
	}
	l.written.Add(count)
	return pending
}

// lost counts lines that cannot be written, and says so, though not for each.
func (l *Log) lost(count uint64, err error) {
	l.dropped.Add(count)
	l.quietly.Do(func() {
		l.options.Log.Error(err, "Cannot write to the decision log", "dropped", l.dropped.Load())
	})
}
