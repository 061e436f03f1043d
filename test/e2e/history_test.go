// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// history is everything that an organization's ConfigMap ever was, from the first event of a watch on.
type history struct {
	mutex  sync.Mutex
	states []*corev1.ConfigMap
	// gone is how often it was deleted.
	gone    int
	failure *metav1.Status
}

// watch begins a history. It misses nothing: a watch that breaks off resumes where it was.
func (w *world) watch() *history {
	GinkgoHelper()
	clients, err := kubernetes.NewForConfig(plane.Config())
	Expect(err).NotTo(HaveOccurred())
	configMaps := clients.CoreV1().ConfigMaps(w.Namespace)
	only := "metadata.name=" + w.key().Name
	list, err := configMaps.List(w.Ctx, metav1.ListOptions{FieldSelector: only})
	Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(w.Ctx)
	watcher, err := watchtools.NewRetryWatcherWithContext(ctx, list.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			return configMaps.Watch(ctx, options)
		},
	})
	Expect(err).NotTo(HaveOccurred())
	h := &history{}
	for i := range list.Items {
		h.states = append(h.states, &list.Items[i])
	}
	go h.follow(watcher.ResultChan())
	DeferCleanup(func() {
		cancel()
		Eventually(watcher.Done()).Should(BeClosed())
	})
	return h
}

func (h *history) follow(events <-chan watch.Event) {
	for event := range events {
		h.mutex.Lock()
		switch object := event.Object.(type) {
		case *corev1.ConfigMap:
			if event.Type == watch.Deleted {
				h.gone++
			} else {
				h.states = append(h.states, object)
			}
		case *metav1.Status:
			h.failure = object
		}
		h.mutex.Unlock()
	}
}

// until returns what was seen, once the present state of the ConfigMap is part of it.
func (h *history) until(w *world) []*corev1.ConfigMap {
	GinkgoHelper()
	last := w.ConfigMap().ResourceVersion
	var seen []*corev1.ConfigMap
	Eventually(func(g Gomega) {
		h.mutex.Lock()
		defer h.mutex.Unlock()
		g.Expect(h.failure).To(BeNil(), "the watch broke")
		g.Expect(h.gone).To(BeZero(), "what was published was deleted")
		g.Expect(h.states).NotTo(BeEmpty())
		g.Expect(h.states[len(h.states)-1].ResourceVersion).To(Equal(last))
		seen = append([]*corev1.ConfigMap{}, h.states...)
	}).Should(Succeed())
	return seen
}

// expectInOrder verifies what holds for every history, whenever managers die: each state can be read, each is a new revision,
// and none says again what the one before it said. It returns the digests of the documents.
func expectInOrder(states []*corev1.ConfigMap) []string {
	GinkgoHelper()
	digests := make([]string, 0, len(states))
	var revision int64
	for _, state := range states {
		publication, _, err := document.ReadPublication(state.Data)
		Expect(err).NotTo(HaveOccurred())
		Expect(publication.Revision).To(Equal(revision+1), "the revision after %d", revision)
		revision = publication.Revision
		digest := publication.Parts[0].Digest
		if len(digests) > 0 {
			Expect(digest).NotTo(Equal(digests[len(digests)-1]), "revision %d was written for nothing", revision)
		}
		digests = append(digests, digest)
	}
	return digests
}
