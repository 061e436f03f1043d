// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// sight is what the watch has seen of the one ConfigMap: a store for client-go's reflector, which tells it of each state
// and, between them, that nothing changed. Only the newest state counts.
type sight struct {
	mutex sync.Mutex
	// pending is the newest state that nobody took yet, and present tells whether the ConfigMap is there.
	pending *corev1.ConfigMap
	present bool
	// news has a token when there is something to attend to.
	news chan struct{}
}

func newSight() *sight { return &sight{news: make(chan struct{}, 1)} }

func (s *sight) see(configMap *corev1.ConfigMap) {
	s.mutex.Lock()
	s.pending, s.present = configMap, configMap != nil
	s.mutex.Unlock()
	s.wake()
}

func (s *sight) wake() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// take returns a state once; nil when none is new. The second result tells whether the ConfigMap is there.
func (s *sight) take() (*corev1.ConfigMap, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	taken := s.pending
	s.pending = nil
	return taken, s.present
}

// Add implements cache.ReflectorStore.
func (s *sight) Add(object any) error { return s.Update(object) }

// Update implements cache.ReflectorStore.
func (s *sight) Update(object any) error {
	if configMap, is := object.(*corev1.ConfigMap); is {
		s.see(configMap)
	}
	return nil
}

// Delete implements cache.ReflectorStore.
func (s *sight) Delete(any) error {
	s.see(nil)
	return nil
}

// Replace implements cache.ReflectorStore.
func (s *sight) Replace(objects []any, _ string) error {
	if len(objects) == 0 {
		return s.Delete(nil)
	}
	return s.Update(objects[0])
}

// Resync implements cache.ReflectorStore. There is nothing that was left to do.
func (*sight) Resync() error { return nil }

// UpdateResourceVersion implements cache.ResourceVersionUpdater: the API server has nothing newer.
func (s *sight) UpdateResourceVersion(string) { s.wake() }
