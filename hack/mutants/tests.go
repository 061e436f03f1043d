// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// testSet is what can notice a mutant.
type testSet struct {
	folder   string
	seed     uint64
	binaries []*binary
	tests    []*test
	failing  []string // tests that fail without a mutant
}

// test is one top-level test function, example or fuzz target.
type test struct {
	binary  *binary
	name    string
	took    time.Duration
	reaches map[int]bool
}

func (t *testSet) remove() { _ = os.RemoveAll(t.folder) }

// learn runs every test once, without a mutant.
func (t *testSet) learn(ctx context.Context, workers int, progress printer) error {
	var all []*test
	for _, one := range t.binaries {
		cmd := exec.CommandContext(ctx, one.program, "-test.list=^(Test|Example|Fuzz)")
		cmd.Dir = one.dir
		text, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("listing the tests of %s: %w", one.path, err)
		}
		for name := range strings.FieldsSeq(string(text)) {
			all = append(all, &test{binary: one, name: name})
		}
	}
	var lock sync.Mutex
	parallel(workers, all, func(i int, one *test) {
		reached := filepath.Join(t.folder, fmt.Sprintf("reached%d", i))
		began := time.Now()
		failed, _ := t.run(ctx, one.binary, []*test{one}, 10*time.Minute, "MUTANT_REACHED="+reached)
		one.took = time.Since(began)
		one.reaches = readReached(reached)
		lock.Lock()
		defer lock.Unlock()
		if failed {
			t.failing = append(t.failing, one.binary.path+" "+one.name)
			progress.line("without a mutant, %s %s fails: left out", one.binary.path, one.name)
		} else if len(one.reaches) > 0 {
			t.tests = append(t.tests, one)
		}
	})
	slices.SortFunc(t.tests, func(a, b *test) int { return cmp.Compare(a.took, b.took) })
	return ctx.Err()
}

func readReached(path string) map[int]bool {
	text, _ := os.ReadFile(path)
	reached := map[int]bool{}
	for line := range strings.FieldsSeq(string(text)) {
		if id, err := strconv.Atoi(line); err == nil {
			reached[id] = true
		}
	}
	return reached
}

// run runs tests of one binary, and reports whether one fails or takes too long.
func (t *testSet) run(ctx context.Context, one *binary, tests []*test, limit time.Duration, env string) (failed, late bool) {
	names := make([]string, 0, len(tests))
	for _, test := range tests {
		names = append(names, regexp.QuoteMeta(test.name))
	}
	args := []string{"-test.run=^(" + strings.Join(names, "|") + ")$", "-test.failfast", "-test.timeout=" + limit.String()}
	if one.rapid {
		args = append(args, fmt.Sprintf("-rapid.seed=%d", t.seed), "-rapid.nofailfile", "-rapid.shrinktime=0s")
	}
	ctx, cancel := context.WithTimeout(ctx, limit+5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, one.program, args...) //nolint:gosec // the program was built a moment ago
	cmd.Dir = one.dir
	cmd.Env = append(os.Environ(), env)
	cmd.WaitDelay = time.Second
	text, err := cmd.CombinedOutput()
	return err != nil, ctx.Err() != nil || bytes.Contains(text, []byte("panic: test timed out"))
}

// runAll finds the outcome of each mutant.
func (t *testSet) runAll(ctx context.Context, drawn []*mutant, workers int, progress printer) {
	var lock sync.Mutex
	done := 0
	parallel(workers, drawn, func(_ int, m *mutant) {
		if ctx.Err() != nil {
			return
		}
		t.judge(ctx, m)
		lock.Lock()
		defer lock.Unlock()
		done++
		progress.line("%d of %d: %s: %s", done, len(drawn), m.outcome, m)
	})
}

// judge runs the tests that reach a mutant, the fast ones first.
func (t *testSet) judge(ctx context.Context, m *mutant) {
	m.outcome = notReached
	for _, batch := range t.batches(m.id) {
		m.outcome = survived
		limit := 20 * time.Second
		for _, test := range batch {
			limit += 5 * test.took
		}
		failed, late := t.run(ctx, batch[0].binary, batch, limit, "MUTANT="+strconv.Itoa(m.id))
		if failed {
			m.outcome, m.by = noticed, batch[0].binary.path
			if late {
				m.outcome = timedOut
			}
			return
		}
	}
}

// batches groups the tests that reach a mutant: for each binary those that take
// less than a second, then the slow ones by themselves.
func (t *testSet) batches(id int) [][]*test {
	fast := map[*binary]int{}
	var batches, slow [][]*test
	for _, one := range t.tests {
		if !one.reaches[id] {
			continue
		}
		if one.took > time.Second {
			slow = append(slow, []*test{one})
			continue
		}
		i, known := fast[one.binary]
		if !known {
			i = len(batches)
			fast[one.binary] = i
			batches = append(batches, nil)
		}
		batches[i] = append(batches[i], one)
	}
	return append(batches, slow...)
}

// parallel calls do for every item, some at a time.
func parallel[T any](workers int, items []T, do func(int, T)) {
	next := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range next {
				do(i, items[i])
			}
		})
	}
	for i := range items {
		next <- i
	}
	close(next)
	group.Wait()
}
