// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

var discard = logr.Discard()

// sink is a writer that can be blocked, or fail.
type sink struct {
	mutex sync.Mutex
	text  bytes.Buffer
	fail  error
	gate  chan struct{}
	// entered is told when a write begins.
	entered chan struct{}
}

func (s *sink) Write(p []byte) (int, error) {
	if s.gate != nil {
		select {
		case s.entered <- struct{}{}:
		default:
		}
		<-s.gate
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.fail != nil {
		n, _ := s.text.Write(p[:len(p)/2])
		return n, s.fail
	}
	return s.text.Write(p)
}

func (s *sink) Close() error { return nil }

func open(s *sink) func() (io.WriteCloser, error) {
	return func() (io.WriteCloser, error) { return s, nil }
}

func start(t *testing.T, s *sink, options Options) *Log {
	t.Helper()
	options.Log = discard
	if options.Sample == 0 {
		options.Sample = 1
	}
	l, err := New(open(s), options)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func decision(id string) Decision {
	return Decision{
		Time: time.Unix(1e9, 123456000), ID: "d1", RequestID: id, TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", SpanID: "00f067aa0ba902b7", Namespace: "shop", Organization: "acme", Revision: 7, Endpoint: "access/v1/evaluation",
		Caller: "system:serviceaccount:shop:backend",
		Request: access.Request{
			Subject: access.Subject{Type: "user", ID: "ann", Properties: map[string]any{"ssn": "123", "age": 5.0}},
			Action:  access.Action{Name: "do"},
			Resource: access.Resource{Type: "order", ID: "9", Properties: map[string]any{
				"unit": "north", "lines": []any{map[string]any{"price": 3.5, "item": "x"}, "y"}, "deep": map[string]any{"card": "4111", "open": nil},
			}},
			Context: map[string]any{"ip": "10.0.0.1"},
		},
		Decision: true, Reason: access.ReasonGranted,
	}
}

func TestLine(t *testing.T) {
	for name, test := range map[string]struct {
		masks []string
		key   string
		want  string
	}{
		"whole": {want: `{"time":"2001-09-09T01:46:40.123456Z","id":"d1","requestID":"r1","traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spanID":"00f067aa0ba902b7","caller":"system:serviceaccount:shop:backend","namespace":"shop","organization":"acme","revision":7,"endpoint":"access/v1/evaluation","subject":{"type":"user","id":"ann","properties":{"age":5,"ssn":"123"}},"action":{"name":"do"},"resource":{"type":"order","id":"9","properties":{"deep":{"card":"4111","open":null},"lines":[{"item":"x","price":3.5},"y"],"unit":"north"}},"context":{"ip":"10.0.0.1"},"decision":true,"reason":"Granted"}`},
		"fields": {
			masks: []string{"subject.id", "subject.properties.ssn", "resource.properties.lines.price", "resource.properties.deep.card", "context", "caller"},
			want:  `{"time":"2001-09-09T01:46:40.123456Z","id":"d1","requestID":"r1","traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spanID":"00f067aa0ba902b7","caller":"***","namespace":"shop","organization":"acme","revision":7,"endpoint":"access/v1/evaluation","subject":{"type":"user","id":"***","properties":{"age":5,"ssn":"***"}},"action":{"name":"do"},"resource":{"type":"order","id":"9","properties":{"deep":{"card":"***","open":null},"lines":[{"item":"x","price":"***"},"y"],"unit":"north"}},"context":"***","decision":true,"reason":"Granted"}`,
		},
		"entities": {
			masks: []string{"subject", "resource.properties"},
			want:  `{"time":"2001-09-09T01:46:40.123456Z","id":"d1","requestID":"r1","traceID":"4bf92f3577b34da6a3ce929d0e0e4736","spanID":"00f067aa0ba902b7","caller":"system:serviceaccount:shop:backend","namespace":"shop","organization":"acme","revision":7,"endpoint":"access/v1/evaluation","subject":"***","action":{"name":"do"},"resource":{"type":"order","id":"9","properties":"***"},"context":{"ip":"10.0.0.1"},"decision":true,"reason":"Granted"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			masks, err := NewMasks(test.masks, []byte(test.key))
			if err != nil {
				t.Fatal(err)
			}
			d := decision("r1")
			line, err := masks.appendLine(nil, &d)
			if err != nil || string(line) != test.want+"\n" {
				t.Errorf("got %v\n%s\nwant\n%s", err, line, test.want)
			}
		})
	}
}

func TestKeyedMasks(t *testing.T) {
	shown := func(key string, value any) string {
		masks, err := NewMasks([]string{"subject.id"}, []byte(key))
		if err != nil {
			t.Fatal(err)
		}
		return masks.shown(value)
	}
	one := shown("0123456789abcdef", "ann")
	if !strings.HasPrefix(one, "hmac-sha256:") || len(one) != len("hmac-sha256:")+32 || strings.Contains(one, "ann") {
		t.Errorf("got %s", one)
	}
	if one != shown("0123456789abcdef", "ann") || one == shown("0123456789abcdef", "bob") || one == shown("another key 1234", "ann") {
		t.Error("equal values must be shown alike under one key, and only these")
	}
}

func TestBadMasks(t *testing.T) {
	for _, path := range []string{"", "subject.", ".id", "user.id", "request_id", "subject..id"} {
		if _, err := NewMasks([]string{path}, nil); err == nil || !strings.Contains(err.Error(), "mask") {
			t.Errorf("%q: got %v", path, err)
		}
	}
}

// TestNothingWaits: while the writer is stuck, decisions are dropped, counted, and none waits; later ones are written.
func TestNothingWaits(t *testing.T) {
	s := &sink{gate: make(chan struct{}), entered: make(chan struct{}, 1)}
	l := start(t, s, Options{})
	l.Write(decision("first"))
	<-s.entered
	const more = 5
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range queueSize + more {
			l.Write(decision(fmt.Sprint(i)))
		}
	}()
	<-done
	if got := l.Dropped(); got != more {
		t.Errorf("%d decisions were dropped, want %d", got, more)
	}
	close(s.gate)
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(s.text.String(), "\n"); lines != queueSize+1 || l.Written() != queueSize+1 {
		t.Errorf("%d lines were written and %d counted, want %d", lines, l.Written(), queueSize+1)
	}
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	s := &sink{gate: make(chan struct{}), entered: make(chan struct{}, 1)}
	l := start(t, s, Options{})
	l.Write(decision("first"))
	<-s.entered
	l.Write(decision("second"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Close(ctx); err == nil || l.Dropped() != 1 {
		t.Errorf("got %v with %d dropped", err, l.Dropped())
	}
	close(s.gate)
}

func TestAFailingWriter(t *testing.T) {
	s := &sink{fail: errors.New("no space left on device")}
	l := start(t, s, Options{})
	l.Write(decision("lost"))
	for l.Dropped() == 0 {
		time.Sleep(time.Millisecond)
	}
	s.mutex.Lock()
	s.fail = nil
	s.mutex.Unlock()
	l.Write(decision("kept"))
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(s.text.String()), "\n")
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last["requestID"] != "kept" || l.Written() != 1 {
		t.Errorf("after half a line, a whole one must stand by itself: %v, %d written, %q", err, l.Written(), lines)
	}
}

func TestSample(t *testing.T) {
	l := &Log{}
	for _, part := range []float64{0.01, 0.1, 0.5} {
		l.threshold = uint64(part * (1 << 63) * 2)
		const ids = 20000
		kept := 0
		for i := range ids {
			id := fmt.Sprintf("request-%d", i)
			in := l.sampled(id)
			if in {
				kept++
			}
			if again := l.sampled(id); again != in {
				t.Fatal("one request is in the sample and is not")
			}
		}
		if got := float64(kept) / ids; got < 0.8*part || got > 1.2*part {
			t.Errorf("of sample %v, %v was kept", part, got)
		}
	}
	for _, part := range []float64{0, -1, 1.1} {
		if _, err := New(open(&sink{}), Options{Sample: part}); err == nil {
			t.Errorf("sample %v is accepted", part)
		}
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := New(func() (io.WriteCloser, error) { return logging.OpenFile(path) }, Options{Sample: 1, Log: discard})
	if err != nil {
		t.Fatal(err)
	}
	l.Write(decision("before"))
	for l.Written() < 1 {
		time.Sleep(time.Millisecond)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	l.Reopen()
	for {
		if _, err := os.Stat(path); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	l.Write(decision("after"))
	if err := l.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{path + ".1": "before", path: "after"} {
		text, err := os.ReadFile(file)
		if err != nil || strings.Count(string(text), "\n") != 1 || !strings.Contains(string(text), want) {
			t.Errorf("%s holds %q (%v), want the decision %s", file, text, err, want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	l, err := New(func() (io.WriteCloser, error) { return &sink{}, nil }, Options{Sample: 1, Log: discard})
	if err != nil {
		b.Fatal(err)
	}
	d := decision("r")
	b.ReportAllocs()
	for b.Loop() {
		l.Write(d)
	}
	b.ReportMetric(float64(l.Dropped())/float64(b.N), "dropped/op")
}

func BenchmarkLine(b *testing.B) {
	masks, d := Masks{}, decision("r")
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line, _ = masks.appendLine(line[:0], &d)
	}
}
