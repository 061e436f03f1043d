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
	// queueSize bounds the decisions that wait for the writer.
	queueSize = 8192
	// batchBytes is how many bytes are written with one call, if so many wait.
	batchBytes = 64 << 10
)

// Decision is a decision to log.
type Decision struct {
	Time time.Time
	// ID identifies the decision; an empty one is replaced by a new one.
	ID string
	// RequestID is the identifier that the caller gave the request, TraceID that of its trace, and SpanID that of the span in which the
	// service answered it; each may be empty.
	RequestID, TraceID, SpanID string
	Namespace, Organization    string
	// Revision is the revision of the index that decided.
	Revision int64
	// Endpoint is the endpoint of the API.
	Endpoint string
	// Caller is the user who asked, or empty if callers are not authenticated.
	Caller string
	// Request is what was decided; in a search, without what was searched for. It must not be modified.
	Request access.Request
	// Decision is the answer; in a search, whether anything was found. Reason is its code where the caller asked for it.
	Decision bool
	Reason   access.Reason
	// Results is how many results a search returned; it is nil for other decisions.
	Results *int
	// Problem says why a request was denied without a decision.
	Problem string
}

// Options say what is logged.
type Options struct {
	// Sample is the fraction of decisions that is logged, above 0 and at most 1.
	Sample float64
	// Masks hide the values of fields.
	Masks Masks
	// Log receives errors of writing.
	Log logr.Logger
}

// Log writes decisions. It may be used by any number of goroutines.
type Log struct {
	options Options
	// threshold is the hash below which a request is logged.
	threshold uint64
	queue     chan Decision
	reopen    chan struct{}
	close     chan struct{}
	closed    chan struct{}

	errorLogs        rate.Sometimes
	written, dropped atomic.Uint64
}

// New starts a log. Open returns the writer, and is called again for Reopen; the writer before is then closed.
func New(open func() (io.WriteCloser, error), options Options) (*Log, error) {
	if !ValidSample(options.Sample) {
		return nil, fmt.Errorf("the sample is %v; it must be above 0 and at most 1", options.Sample)
	}
	to, err := open()
	if err != nil {
		return nil, err
	}
	l := &Log{
		options: options, threshold: math.MaxUint64, queue: make(chan Decision, queueSize),
		reopen: make(chan struct{}, 1), close: make(chan struct{}), closed: make(chan struct{}),
		errorLogs: rate.Sometimes{First: 1, Interval: time.Second},
	}
	if options.Sample < 1 {
		l.threshold = uint64(options.Sample * math.MaxUint64)
	}
	go l.run(&file{open: open, to: to})
	return l, nil
}

// ValidSample reports whether a number can be the fraction of decisions that is logged.
func ValidSample(fraction float64) bool { return fraction > 0 && fraction <= 1 }

// Write queues a decision to be logged, if it is in the sample. It does not block.
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

// sampled reports whether a request is in the sample. It hashes the request's identifier, so that all decisions of a request
// are logged or none is, in every replica. A request without an identifier is sampled at random.
func (l *Log) sampled(requestID string) bool {
	if l.threshold == math.MaxUint64 {
		return true
	}
	if requestID == "" {
		return rand.Uint64() < l.threshold //nolint:gosec // which decisions are written is no secret
	}
	return hash(requestID) < l.threshold
}

// hash distributes identifiers evenly, and in every process alike: FNV-1a alone mixes the last characters too little.
func hash(id string) uint64 {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, id)
	mixed := sum.Sum64()
	mixed = (mixed ^ mixed>>33) * 0xff51afd7ed558ccd
	mixed = (mixed ^ mixed>>33) * 0xc4ceb9fe1a85ec53
	return mixed ^ mixed>>33
}

// Written returns how many decisions were written.
func (l *Log) Written() uint64 { return l.written.Load() }

// Dropped returns how many decisions of the sample were not written.
func (l *Log) Dropped() uint64 { return l.dropped.Load() }

// Reopen makes the log reopen its file before the next line, after log rotation has renamed it.
func (l *Log) Reopen() {
	select {
	case l.reopen <- struct{}{}:
	default:
	}
}

// Close writes the queued decisions, and closes the log. What cannot be written before the context ends is dropped. Write must
// not be called afterwards.
func (l *Log) Close(ctx context.Context) error {
	close(l.close)
	select {
	case <-l.closed:
		return nil
	case <-ctx.Done():
		left := len(l.queue)
		l.dropped.Add(uint64(left))
		return fmt.Errorf("the decision log's writer is blocked: %d decisions are lost", left)
	}
}

// run writes lines until the log is closed.
func (l *Log) run(to *file) {
	defer close(l.closed)
	defer to.close()
	var pending []byte
	for {
		select {
		case d := <-l.queue:
			pending = l.writeBatch(pending[:0], d, to)
		case <-l.reopen:
			if err := to.reopen(); err != nil {
				l.options.Log.Error(err, "Cannot reopen the decision log; still writing to the file opened before")
			}
		case <-l.close:
			for len(l.queue) > 0 {
				pending = l.writeBatch(pending[:0], <-l.queue, to)
			}
			return
		}
	}
}

// writeBatch writes a decision together with those that are queued. It returns its buffer for the next batch.
func (l *Log) writeBatch(pending []byte, d Decision, to *file) []byte {
	count := uint64(0)
	for more := true; more; {
		with, err := l.options.Masks.appendLine(pending, &d)
		if err != nil {
			l.recordLoss(1, err)
		} else {
			pending = with
			count++
		}
		if more = len(pending) < batchBytes && len(l.queue) > 0; more {
			d = <-l.queue
		}
	}
	if err := to.write(pending); err != nil {
		l.recordLoss(count, err)
		return pending
	}
	l.written.Add(count)
	return pending
}

// recordLoss counts decisions that cannot be written, and logs that at most once a second.
func (l *Log) recordLoss(count uint64, err error) {
	l.dropped.Add(count)
	l.errorLogs.Do(func() {
		l.options.Log.Error(err, "Cannot write to the decision log", "dropped", l.dropped.Load())
	})
}
