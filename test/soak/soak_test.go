// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var (
	duration = flag.Duration("duration", 0, "how long to soak; 0 skips the test, which takes minutes")
	seed     = flag.Uint64("seed", 0, "repeats the choices of a run that printed it; 0 draws one")
)

// convergence bounds how long it may take until everything is right once the faults of a round are over.
const convergence = 4 * time.Minute

// TestSoak changes two organizations and disturbs everything that they depend on, round after round.
func TestSoak(t *testing.T) {
	if *duration == 0 {
		t.Skip("set -duration, as make soak does")
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("the seed is %d", *seed)
	c := startCluster(t)
	config := c.plane.Config()
	config.QPS, config.Timeout = -1, requestTimeout
	w := &writer{
		api: c.api, as: impersonating(config, client.Options{Scheme: scheme.Scheme}), counts: map[string]int{},
		random: rand.New(rand.NewPCG(*seed, 0)),
	}
	catalog := newCatalog(false)
	for _, namespace := range []string{"east", "west"} {
		c.createNamespace(namespace)
		w.organizations = append(w.organizations, newOrganization(namespace, catalog))
	}
	w.putCatalog(t.Context(), catalog)
	for _, o := range w.organizations {
		for _, object := range o.firstObjects() {
			w.put(t.Context(), o, object)
		}
	}
	s := &soak{c: c, w: w, watchers: c.startWatchers(t, w.organizations), faults: map[string]int{}}
	s.converge(t, 0)
	for end := time.Now().Add(*duration); time.Now().Before(end) && !t.Failed(); s.rounds++ {
		s.round(t)
	}
	s.report(t)
}

// soak is one run.
type soak struct {
	c        *cluster
	w        *writer
	watchers *watchers
	rounds   int
	faults   map[string]int
	// quiet and disturbed are how long it took until everything was right, after rounds without and with faults.
	quiet, disturbed []time.Duration
}

// round changes things while faults happen, and then waits until everything is right.
func (s *soak) round(t *testing.T) {
	t.Helper()
	random := rand.New(rand.NewPCG(*seed, uint64(s.rounds)+1))
	s.w.random = random
	drawn := drawFaults(rand.New(rand.NewPCG(*seed, uint64(s.rounds)+1<<32)), s.rounds)
	t.Logf("round %d: %v", s.rounds, drawn)
	ctx, stop := context.WithCancel(t.Context())
	var changing, disturbing sync.WaitGroup
	changing.Go(func() {
		for ctx.Err() == nil {
			s.w.change(ctx)
			// At times for less than a manager waits for more to come, at times for longer.
			time.Sleep(time.Duration(random.IntN(60)+random.IntN(2)*random.IntN(400)) * time.Millisecond)
		}
	})
	for _, f := range drawn {
		s.faults[f.kind]++
		disturbing.Go(func() {
			time.Sleep(f.after)
			f.happen(s.c, f)
		})
	}
	disturbing.Go(func() { time.Sleep(8 * time.Second) })
	disturbing.Wait()
	stop()
	changing.Wait()
	took := s.converge(t, s.rounds)
	if len(drawn) == 0 {
		s.quiet = append(s.quiet, took)
	} else {
		s.disturbed = append(s.disturbed, took)
	}
	t.Logf("round %d: everything is right after %s", s.rounds, took.Truncate(time.Millisecond))
}

// converge waits until everything is right, and returns how long that took, but for the shards that wait for their grace period.
func (s *soak) converge(t *testing.T, round int) time.Duration {
	t.Helper()
	began, said, right := time.Now(), 0, time.Duration(0)
	requests := map[*organization][]v1alpha1.ApprovalRequest{}
	for {
		err := s.verify(t.Context(), requests)
		s.watchers.mutex.Lock()
		wrong := slices.Clone(s.watchers.wrong)
		s.watchers.mutex.Unlock()
		for _, text := range wrong {
			t.Error(text)
		}
		if len(wrong) > 0 {
			t.FailNow()
		}
		if _, is := errors.AsType[*leftoverError](err); (err == nil || is) && right == 0 {
			right = time.Since(began)
		}
		if err == nil {
			break
		}
		if time.Since(began) > convergence {
			t.Fatalf("round %d: after %s: %v", round, convergence, err)
		}
		if waits := int(time.Since(began) / (20 * time.Second)); waits > said {
			said = waits
			t.Logf("round %d: after %s: %v", round, time.Since(began).Truncate(time.Second), err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	for _, o := range s.w.organizations {
		o.deciding = map[string]bool{}
		o.settle(requests[o])
	}
	return right
}

// verify verifies every organization, and returns its requests in a map.
func (s *soak) verify(ctx context.Context, requests map[*organization][]v1alpha1.ApprovalRequest) (left error) {
	for _, o := range s.w.organizations {
		stored, err := s.c.stored(ctx, o)
		if err != nil {
			return err
		}
		requests[o] = stored.members.Requests
		err = verify(stored, o.questions, s.watchers.seen(ctx, o)) //nolint:contextcheck // A resolution in memory ends by itself.
		if _, is := errors.AsType[*leftoverError](err); err != nil && !is {
			return err
		}
		left = cmp.Or(left, err)
	}
	return left
}

// report prints the figures.
func (s *soak) report(t *testing.T) {
	t.Helper()
	for _, m := range append(slices.Clone(s.c.managers), s.c.service, s.c.apiserver, s.c.etcd) {
		m.stop(syscall.SIGTERM)
	}
	changes := 0
	for _, name := range slices.Sorted(maps.Keys(s.w.counts)) {
		changes += s.w.counts[name]
		t.Logf("changes: %s %d", name, s.w.counts[name])
	}
	for _, kind := range slices.Sorted(maps.Keys(s.faults)) {
		t.Logf("faults: %s %d", kind, s.faults[kind])
	}
	quiet, worst := median(s.quiet), slices.Max(append(s.disturbed, 0))
	t.Logf("%d rounds, %d changes, %d questions answered while disturbed", s.rounds, changes, s.watchers.asked)
	t.Logf("until everything is right: quiet %s; disturbed: half within %s, all within %s, %.1f times", quiet, median(s.disturbed), worst,
		float64(worst)/float64(max(quiet, time.Millisecond)))
}

func median(of []time.Duration) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
