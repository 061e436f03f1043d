// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// fetchTimeout bounds the reading of one part.
const fetchTimeout = 30 * time.Second

// Updater updates a source with the states of one organization's ConfigMap, as a watch observes them: what is observed later is
// later, whatever its revision says. It reads the further ConfigMaps that the source asks for, each part once.
type Updater struct {
	queue           *Queue
	configMaps      corev1client.ConfigMapInterface
	namespace, name string
	source          *permissions.Source
	updated         func(error)

	// parts and accepted, the publication that the source accepted last, are used by the queue alone.
	parts    partCache
	accepted *document.Publication

	mutex sync.Mutex
	// pending is the newest state that the source has not got yet, nil if there is none.
	pending *observation
	// published is set while the state that was applied last is a publication.
	published bool
}

// observation is a state of the ConfigMap.
type observation struct {
	// configMap is nil if there is none.
	configMap *corev1.ConfigMap
}

// NewUpdater returns the updater of a source that reads an organization. The queue calls updated, which may be nil, after each
// update with the error that the source's State has then.
func (q *Queue) NewUpdater(
	client corev1client.ConfigMapsGetter, namespace, organization string, source *permissions.Source, updated func(error),
) *Updater {
	source.Bind(namespace, organization)
	return &Updater{
		queue: q, configMaps: client.ConfigMaps(namespace), namespace: namespace, name: organization + document.ConfigMapSuffix,
		source: source, updated: updated, parts: partCache{},
	}
}

// Observe queues an update with the newest state of the ConfigMap, or with nil if it is gone.
func (u *Updater) Observe(configMap *corev1.ConfigMap) {
	u.mutex.Lock()
	u.pending = &observation{configMap}
	u.mutex.Unlock()
	u.queue.add(u)
}

// MarkFresh records that nothing is newer than what was observed last. It has no effect while that is still to be read.
func (u *Updater) MarkFresh() {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	if u.pending == nil && u.published {
		u.source.MarkFresh()
	}
}

// update updates the source with the pending state, and reports whether that is to be retried.
func (u *Updater) update(ctx context.Context) (retry bool) {
	u.mutex.Lock()
	pending := u.pending
	u.mutex.Unlock()
	if pending == nil {
		return false
	}
	published, err := u.apply(ctx, pending.configMap)
	retry = isRetriable(err)
	u.mutex.Lock()
	if u.pending == pending && !retry {
		u.pending, u.published = nil, published
	}
	u.mutex.Unlock()
	if u.updated != nil {
		u.updated(err)
	}
	return retry
}

// isRetriable reports whether what was refused may be accepted later as it is.
func isRetriable(err error) bool {
	refused, is := errors.AsType[*permissions.RefusalError](err)
	return is && (refused.Reason == permissions.RefusedUnreadable || refused.Reason == permissions.RefusedDamaged)
}

// apply updates the source with what a ConfigMap publishes. It returns false, with an error, if it publishes nothing.
func (u *Updater) apply(ctx context.Context, configMap *corev1.ConfigMap) (bool, error) {
	if configMap == nil {
		return false, u.setError(fmt.Errorf("ConfigMap %s/%s is not there", u.namespace, u.name))
	}
	index, found := configMap.Data[document.PublicationKey]
	if !found {
		return false, u.setError(fmt.Errorf("ConfigMap %s/%s has no key %s, so it is not a publication",
			u.namespace, u.name, document.PublicationKey))
	}
	err := u.source.UpdateLatest([]byte(index), func(part document.Part) ([]byte, error) {
		if part.ConfigMap != "" {
			return u.fetch(ctx, part)
		}
		return valueOf(configMap, part.Name)
	})
	if publication, invalid := document.ParsePublication([]byte(index)); invalid == nil {
		if err == nil {
			u.accepted = publication
		}
		u.parts.keep(u.accepted, publication)
	}
	return true, err
}

func (u *Updater) setError(err error) error {
	u.source.SetError(err)
	return err
}

// fetch reads a part that is in a ConfigMap of its own, once.
func (u *Updater) fetch(ctx context.Context, part document.Part) ([]byte, error) {
	if text, cached := u.parts.get(part.Digest); cached {
		return text, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	configMap, err := u.configMaps.Get(ctx, part.ConfigMap, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	text, err := valueOf(configMap, part.Name)
	// A damaged part must not be cached: it is read again once it has been repaired.
	if err == nil && document.Digest(text) == part.Digest {
		u.parts.put(part.Digest, text)
	}
	return text, err
}

func valueOf(configMap *corev1.ConfigMap, key string) ([]byte, error) {
	text, found := configMap.Data[key]
	if !found {
		return nil, fmt.Errorf("ConfigMap %s/%s has no key %s", configMap.Namespace, configMap.Name, key)
	}
	return []byte(text), nil
}
