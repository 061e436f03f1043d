// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Waits before a part that could not be read is asked for again.
const (
	firstWait   = 100 * time.Millisecond
	longestWait = 30 * time.Second
)

// organizations is the store that a reflector fills. It keeps of a ConfigMap no more than a source has not yet taken.
type organizations struct {
	options Options
	reloads tenants.ReloadLog
	queue   workqueue.TypedRateLimitingInterface[tenants.Key]

	mutex sync.Mutex
	known map[tenants.Key]*organization
	// listed is set once the reflector has listed for the first time, and then counts what of that is still to be read.
	listed  bool
	initial map[tenants.Key]struct{}
}

var (
	_ cache.ReflectorStore         = (*organizations)(nil)
	_ cache.ReflectorBookmarkStore = (*organizations)(nil)
)

// organization is one that is published.
type organization struct {
	source *permissions.Source
	// offer is the ConfigMap that the source is still to be offered, nil when there is none.
	offer *corev1.ConfigMap
}

func newOrganizations(options Options) *organizations {
	return &organizations{
		options: options, reloads: tenants.ReloadLog{Log: options.Log, Reloaded: options.Reloaded},
		known: map[tenants.Key]*organization{}, initial: map[tenants.Key]struct{}{},
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[tenants.Key](firstWait, longestWait)),
	}
}

// expect makes an organization a tenant before anything of it is read.
func (o *organizations) expect(key tenants.Key) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.entry(key)
}

// entry is the organization of a key; it becomes a tenant at once, which is not ready. The mutex is held.
func (o *organizations) entry(key tenants.Key) *organization {
	if known := o.known[key]; known != nil {
		return known
	}
	added := &organization{source: permissions.NewSource(
		permissions.WithOrganization(key.Namespace, key.Organization), permissions.WithMaxStaleness(o.options.MaxStaleness))}
	o.known[key] = added
	o.options.Registry.Put(tenants.NewSourceBacked(key, added.source))
	return added
}

// Add implements cache.ReflectorStore.
func (o *organizations) Add(object any) error { return o.put(object, false) }

// Update implements cache.ReflectorStore.
func (o *organizations) Update(object any) error { return o.put(object, false) }

func (o *organizations) put(object any, initial bool) error {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return fmt.Errorf("a ConfigMap is expected, not %T", object)
	}
	key, ours := keyOf(configMap)
	if !ours {
		return nil
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.entry(key).offer = configMap
	if initial {
		o.initial[key] = struct{}{}
	}
	o.queue.Add(key)
	return nil
}

// Delete implements cache.ReflectorStore. An organization is published as long as it exists: one that is no more is served
// no more.
func (o *organizations) Delete(object any) error {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return fmt.Errorf("a ConfigMap is expected, not %T", object)
	}
	if key, ours := keyOf(configMap); ours {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.remove(key)
		o.completeIfRead()
	}
	return nil
}

// remove forgets an organization, unless it is the one to be served, which is then not ready. The mutex is held.
func (o *organizations) remove(key tenants.Key) {
	if o.known[key] == nil {
		return
	}
	delete(o.known, key)
	delete(o.initial, key)
	o.options.Registry.Remove(key)
	o.options.Log.Info("No longer serving: it is no longer published", "organization", key.String())
	if o.options.Organization != "" {
		o.entry(key)
	}
}

// Replace implements cache.ReflectorStore: these are all that there are.
func (o *organizations) Replace(objects []any, _ string) error {
	there := make(map[tenants.Key]struct{}, len(objects))
	errs := make([]error, 0, len(objects))
	o.mutex.Lock()
	first := !o.listed
	o.mutex.Unlock()
	for _, object := range objects {
		errs = append(errs, o.put(object, first))
		if configMap, is := object.(*corev1.ConfigMap); is {
			key, _ := keyOf(configMap)
			there[key] = struct{}{}
		}
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for key, known := range o.known {
		if _, still := there[key]; !still && (known.offer != nil || known.source.State().Revision > 0) {
			o.remove(key)
		}
	}
	o.listed = true
	o.completeIfRead()
	return errors.Join(errs...)
}

// completeIfRead says so when all that existed at the start has been read, or been refused. The mutex is held.
func (o *organizations) completeIfRead() {
	if o.listed && len(o.initial) == 0 {
		o.options.Registry.Complete()
	}
}

// Resync implements cache.ReflectorStore.
func (o *organizations) Resync() error { return nil }

// Bookmark implements cache.ReflectorBookmarkStore: all that happened until now has been heard of.
func (o *organizations) Bookmark(string) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, known := range o.known {
		// One that waits to be offered something is not current.
		if known.offer == nil {
			known.source.MarkFresh()
		}
	}
	return nil
}

// failed tells the sources that the API server cannot be asked what is published.
func (o *organizations) failed(err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, known := range o.known {
		known.source.SetError(err)
	}
}

// work offers to the sources what the reflector brings, until the context ends.
func (o *organizations) work(ctx context.Context) {
	go func() {
		<-ctx.Done()
		o.queue.ShutDown()
	}()
	for {
		key, ended := o.queue.Get()
		if ended {
			return
		}
		if o.take(ctx, key) {
			o.queue.Forget(key)
		} else {
			o.queue.AddRateLimited(key)
		}
		o.queue.Done(key)
	}
}

// take offers a source what is published now. It returns false if that may succeed a moment later.
func (o *organizations) take(ctx context.Context, key tenants.Key) bool {
	o.mutex.Lock()
	known := o.known[key]
	if known == nil || known.offer == nil {
		o.mutex.Unlock()
		return true
	}
	offer, before := known.offer, known.source.State()
	o.mutex.Unlock()

	err := known.source.Update([]byte(offer.Data[document.PublicationKey]), func(part document.Part) ([]byte, error) {
		return o.read(ctx, offer, part)
	})
	refusal, _ := errors.AsType[*permissions.RefusalError](err)
	again := err != nil && (refusal == nil || refusal.Reason == permissions.RefusedUnreadable)
	now := known.source.State()
	o.reloads.Record(key, &before, &now)

	o.mutex.Lock()
	defer o.mutex.Unlock()
	if known.offer == offer && !again {
		known.offer = nil
	}
	delete(o.initial, key)
	o.completeIfRead()
	return !again
}

// read returns a part, which lies beside the index or in a ConfigMap of its own.
func (o *organizations) read(ctx context.Context, index *corev1.ConfigMap, part document.Part) ([]byte, error) {
	holder := index
	if part.ConfigMap != "" {
		var err error
		holder, err = o.options.Client.CoreV1().ConfigMaps(index.Namespace).Get(ctx, part.ConfigMap, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
	}
	text, found := holder.Data[part.Name]
	if !found {
		return nil, fmt.Errorf("ConfigMap %q has no key %q", holder.Name, part.Name)
	}
	return []byte(text), nil
}
