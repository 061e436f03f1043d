// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// reader is an application that follows what is published, and asks all the time.
type reader struct {
	source *permissions.Source
	mutex  sync.Mutex
	// seen is what it had, one after the other.
	seen []permissions.State
	// wrong is what an index answered that no state says.
	wrong []string
}

// follow starts a reader, which ends with the spec.
func (w *world) follow() *reader {
	GinkgoHelper()
	ctx, halt := context.WithCancel(w.Ctx)
	r := &reader{source: permissions.NewSource(permissions.WithOrganization(w.Namespace, organization))}
	feeder, err := apisource.ForConfig(plane.Config(), w.Namespace, organization, r.source)
	Expect(err).NotTo(HaveOccurred())
	var running sync.WaitGroup
	running.Go(func() {
		defer GinkgoRecover()
		Expect(feeder.Run(ctx)).To(Succeed())
	})
	running.Go(func() {
		for ctx.Err() == nil {
			changed := r.source.Changed()
			r.look()
			select {
			case <-changed:
			// It asks between changes too: an answer must not depend on when.
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
	DeferCleanup(func() {
		halt()
		running.Wait()
	})
	return r
}

// look notes what the source has, and asks it.
func (r *reader) look() {
	state := r.source.State()
	if state.Revision == 0 {
		return
	}
	index := (*engine.Index)(r.source.Index())
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.seen) == 0 || r.seen[len(r.seen)-1].Revision != state.Revision {
		r.seen = append(r.seen, state)
	}
	for i := range movers {
		if may(index, mover(i), "north") == may(index, mover(i), "south") {
			r.wrong = append(r.wrong, fmt.Sprintf("%s works nowhere or everywhere about revision %d", mover(i), state.Revision))
		}
	}
	for _, unit := range []string{"all", "north", "south"} {
		if may(index, visitor, unit) {
			r.wrong = append(r.wrong, fmt.Sprintf("the visitor works in %s about revision %d", unit, state.Revision))
		}
	}
}

// more returns a channel that is closed once the reader has had more states than some, or the context ends.
func (r *reader) more(ctx context.Context, than int) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil && r.count() <= than {
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	return done
}

// count returns how many states the reader has had.
func (r *reader) count() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return len(r.seen)
}

// until waits until the reader has what is published now, and returns all that it had.
func (r *reader) until(w *world) []permissions.State {
	GinkgoHelper()
	publication, err := document.ParsePublication([]byte(w.ConfigMap().Data[document.PublicationKey]))
	Expect(err).NotTo(HaveOccurred())
	var seen []permissions.State
	Eventually(func(g Gomega) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		g.Expect(r.wrong).To(BeEmpty())
		g.Expect(r.seen).NotTo(BeEmpty())
		g.Expect(r.seen[len(r.seen)-1].Revision).To(Equal(publication.Revision))
		seen = slices.Clone(r.seen)
	}).Should(Succeed())
	return seen
}

// indexes are those of a history by revision.
func indexes(history []*corev1.ConfigMap) map[int64]*document.Publication {
	GinkgoHelper()
	all := map[int64]*document.Publication{}
	var last int64
	for _, state := range history {
		publication, err := document.ParsePublication([]byte(state.Data[document.PublicationKey]))
		Expect(err).NotTo(HaveOccurred())
		Expect(publication.Revision).To(Equal(last+1), "the revision after %d", last)
		last = publication.Revision
		all[last] = publication
	}
	return all
}

var marks = regexp.MustCompile(mark + `(\d+)`)

// latest returns the number of the latest write that a publication contains. Known holds those of parts that were read before.
func (w *world) latest(publication *document.Publication, known map[string]int) int {
	GinkgoHelper()
	latest := 0
	for _, part := range publication.Parts {
		if _, read := known[part.Digest]; !read {
			shard := &corev1.ConfigMap{}
			Expect(api.Get(w.Ctx, client.ObjectKey{Namespace: w.Namespace, Name: part.ConfigMap}, shard)).To(Succeed(),
				"shards stay for the grace period")
			for _, match := range marks.FindAllStringSubmatch(shard.Data[part.Name], -1) {
				number, err := strconv.Atoi(match[1])
				Expect(err).NotTo(HaveOccurred())
				known[part.Digest] = max(known[part.Digest], number)
			}
		}
		latest = max(latest, known[part.Digest])
	}
	return latest
}

var _ = Describe("A reader that watches an organization of twenty thousand users", func() {
	It("sees only states that existed, one after the other, although managers die while publishing them", func() {
		seed := uint64(GinkgoRandomSeed())
		w := newWorld()
		c := w.newLargeOrganization(rand.New(rand.NewPCG(seed, 3)))
		ctx, halt := context.WithCancel(w.Ctx)
		DeferCleanup(halt)
		h, r := w.watch(), w.follow()
		m := startManager(alone)
		Expect(r.source.AtLeast(ctx, 1)).Error().NotTo(HaveOccurred())

		By("changing it while managers die")
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			c.run(ctx, r)
		}()
		lives := rand.New(rand.NewPCG(seed, 4))
		for running := true; running; {
			// A manager lives until the reader has seen something of it, on a slow machine too.
			life := time.Duration(lives.Int64N(int64(6 * time.Second)))
			select {
			case <-stopped:
			case <-r.more(ctx, r.count()):
			}
			select {
			case <-stopped:
				running = false
			case <-time.After(life):
				m.die()
				m = startManager(alone)
			}
		}
		Expect(c.states).To(HaveLen(largeChanges + 1))
		m.awaitIdle()
		seen := r.until(w)

		By("comparing what it saw with what there was")
		published := indexes(h.until(w))
		Expect(len(seen)).To(BeNumerically(">", 25), "too little was seen to show anything")
		cache := snapshot.NewCache(snapshot.CacheOptions{})
		key := types.NamespacedName{Namespace: w.Namespace, Name: organization}
		known, last := map[string]int{}, -1
		var grown, shrunk int
		for i, state := range seen {
			publication := published[state.Revision]
			Expect(publication).NotTo(BeNil())
			Expect(state.Digest).To(Equal(publication.Digest()))
			number := w.latest(publication, known)
			Expect(number).To(BeNumerically(">", last), "revision %d is of an earlier state than the one before", state.Revision)
			last = number
			Expect(cache.Build(key, &c.states[number]).Encoded.Digest).To(Equal(state.Digest), "revision %d is of no state", state.Revision)
			if i > 0 {
				Expect(state.Revision).To(BeNumerically(">", seen[i-1].Revision))
				change := len(publication.Parts) - len(published[seen[i-1].Revision].Parts)
				grown, shrunk = grown+max(change, 0), shrunk+max(-change, 0)
			}
		}
		Expect(last).To(Equal(largeChanges), "the last state is the one that stays")
		Expect(grown).To(BeNumerically(">", 0), "the number of shards never grew")
		Expect(shrunk).To(BeNumerically(">", 0), "the number of shards never shrank")
		AddReportEntry("seen", fmt.Sprintf("%d of %d revisions, %d shards more and %d fewer on the way", len(seen), len(published), grown, shrunk))
	})
})
