// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Feeder keeps a source current with what is published for one organization.
type Feeder struct {
	queue   *Queue
	updater *Updater
}

// New returns a feeder of a source. Clients limit their own requests unless they are told not to, five a second by default:
// an organization of 100,000 users has about a hundred parts, so give the client a higher limit, or use ForConfig.
func New(client corev1client.ConfigMapsGetter, namespace, organization string, source *permissions.Source) *Feeder {
	queue := NewQueue()
	return &Feeder{queue: queue, updater: queue.NewUpdater(client, namespace, organization, source, nil)}
}

// ForConfig returns a feeder with a client of its own, which leaves it to the API server to limit requests.
func ForConfig(config *rest.Config, namespace, organization string, source *permissions.Source) (*Feeder, error) {
	unlimited := rest.CopyConfig(config)
	unlimited.QPS = -1
	if unlimited.ContentType == "" {
		// Texts that hold JSON are a sixth longer in JSON, and take several times as long to decode.
		unlimited.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	}
	client, err := corev1client.NewForConfig(unlimited)
	if err != nil {
		return nil, err
	}
	return New(client, namespace, organization, source), nil
}

// Run watches the ConfigMap and updates the source with each state of it, until the context ends. A state that the source
// refuses because a part is missing or damaged is retried with a backoff: the part may be created or repaired without another
// event. Errors of watching are in the source's State. The source is marked as fresh whenever the API server reports that
// nothing is newer, which is about once a minute: choose a bound on staleness of several minutes. Run returns nil, once all
// its goroutines have ended.
func (f *Feeder) Run(ctx context.Context) error {
	reflector := cache.NewReflectorWithOptions(
		f.listWatch(), &corev1.ConfigMap{}, &store{f.updater}, cache.ReflectorOptions{Name: f.updater.name})
	var running sync.WaitGroup
	running.Go(func() { reflector.RunWithContext(ctx) })
	f.queue.Run(ctx)
	running.Wait()
	return nil
}

// listWatch lists and watches the one ConfigMap by its name, for which a right to that name suffices.
func (f *Feeder) listWatch() *cache.ListWatch {
	configMaps, only := f.updater.configMaps, fields.OneTermEqualSelector(metav1.ObjectNameField, f.updater.name).String()
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = only
			list, err := configMaps.List(ctx, options)
			return list, f.reportError(ctx, err)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			stream, err := configMaps.Watch(ctx, options)
			return stream, f.reportError(ctx, err)
		},
	}
}

// reportError passes an error of watching to the source, unless the feeder is to stop, and returns it.
func (f *Feeder) reportError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		f.updater.source.SetError(fmt.Errorf("watching ConfigMap %s/%s: %w", f.updater.namespace, f.updater.name, err))
	}
	return err
}

// store passes what a reflector sees of the one ConfigMap to its updater.
type store struct{ updater *Updater }

var (
	_ cache.ReflectorStore         = (*store)(nil)
	_ cache.ResourceVersionUpdater = (*store)(nil)
)

// Add implements cache.ReflectorStore.
func (s *store) Add(object any) error { return s.Update(object) }

// Update implements cache.ReflectorStore.
func (s *store) Update(object any) error {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return fmt.Errorf("want a ConfigMap, got %T", object)
	}
	s.updater.Observe(configMap)
	return nil
}

// Delete implements cache.ReflectorStore.
func (s *store) Delete(any) error {
	s.updater.Observe(nil)
	return nil
}

// Replace implements cache.ReflectorStore.
func (s *store) Replace(objects []any, _ string) error {
	if len(objects) == 0 {
		return s.Delete(nil)
	}
	return s.Update(objects[0])
}

// Resync implements cache.ReflectorStore.
func (*store) Resync() error { return nil }

// UpdateResourceVersion implements cache.ResourceVersionUpdater: the API server has nothing newer.
func (s *store) UpdateResourceVersion(string) { s.updater.MarkFresh() }
