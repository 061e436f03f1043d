// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-logr/logr"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/pagedlist"
)

// outcome is what has become of reading a kind.
type outcome int

const (
	// waiting says that the API server has not answered yet, and failed that it has never answered but with an error.
	waiting outcome = iota
	failed
	// current says that all objects are there, as far as the API server has been heard.
	current
	// refused says that the user may not read the objects, and missing that the cluster does not know the kind.
	refused
	missing
)

// feed keeps the objects of one kind in one namespace, or in all, as the API server has them.
type feed struct {
	*kind
	client    client.WithWatch
	namespace string
	// recheck is how long a watch lasts: the API server looks at rights when one begins.
	recheck time.Duration
	// changed is called after a change of what is shown.
	changed func()
	log     logr.Logger

	mutex *sync.Mutex
	// The mutex guards what follows.
	objects store
	// dirty is set if objects have changed since they were collected, and changes are their keys; nil stands for all.
	dirty   bool
	changes changedKeys
	outcome outcome
	// err is why there are no objects, or why nothing has been heard since a time.
	err   error
	since time.Time
}

var _ cache.ReflectorStore = (*feed)(nil)

// run follows the API server until the context ends.
func (f *feed) run(ctx context.Context) {
	// What goes wrong is logged here, once.
	ctx = klog.NewContext(ctx, logr.Discard())
	silent := logr.Discard()
	first := min(time.Second, f.recheck)
	listed := pagedlist.New(listWatch{f}, pagedlist.DefaultSize, func(object any) (any, error) {
		f.trim(object.(client.Object))
		return object, nil
	})
	reflector := cache.NewReflectorWithOptions(listed, f.newObject(), f, cache.ReflectorOptions{
		Name: f.resource, Logger: &silent,
		Backoff: &wait.Backoff{Duration: first, Factor: 2, Jitter: 0.1, Steps: 100, Cap: max(first, f.recheck/3)},
	})
	reflector.RunWithContext(ctx)
}

// listWatch lists and watches what a feed keeps.
type listWatch struct{ feed *feed }

// List implements cache.ListerWatcher.
func (l listWatch) List(options metav1.ListOptions) (runtime.Object, error) {
	return l.ListWithContext(context.Background(), options)
}

// Watch implements cache.ListerWatcher.
func (l listWatch) Watch(options metav1.ListOptions) (watch.Interface, error) {
	return l.WatchWithContext(context.Background(), options)
}

// ListWithContext implements cache.ListerWatcherWithContext.
func (l listWatch) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	list := l.feed.newList()
	err := l.feed.client.List(ctx, list, &client.ListOptions{
		Namespace: l.feed.namespace, Limit: options.Limit, Continue: options.Continue, Raw: &options,
	})
	if err != nil {
		l.feed.heard(ctx, err)
		return nil, err
	}
	return list, nil
}

// WatchWithContext implements cache.ListerWatcherWithContext.
func (l listWatch) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	seconds := max(1, int64(l.feed.recheck.Seconds()))
	options.TimeoutSeconds = &seconds
	events, err := l.feed.client.Watch(ctx, l.feed.newList(), &client.ListOptions{Namespace: l.feed.namespace, Raw: &options})
	l.feed.heard(ctx, err)
	return events, err
}

// heard records that a watch has begun, or why the objects could not be read.
func (f *feed) heard(ctx context.Context, err error) {
	if ctx.Err() != nil || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		return
	}
	f.mutex.Lock()
	before := f.err
	changed := f.judge(err) || text(before) != text(err)
	f.mutex.Unlock()
	if !changed {
		return
	}
	switch {
	case apierrors.IsForbidden(err):
		// Pages say so to the one who can do something about it.
		f.log.V(1).Info("The user may not read this", "resource", f.resource, "namespace", f.namespace, "because", err.Error())
	case err != nil:
		f.log.Error(err, "The cluster cannot be read", "resource", f.resource, "namespace", f.namespace)
	case before != nil:
		f.log.Info("The cluster can be read again", "resource", f.resource, "namespace", f.namespace)
	}
	f.changed()
}

// judge records what has become of reading, and reports whether it is something else than before; the mutex is held.
func (f *feed) judge(err error) (changed bool) {
	was := f.outcome
	switch {
	case err == nil:
		f.outcome = current
	case apierrors.IsForbidden(err):
		f.outcome, f.objects = refused, store{}
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		f.outcome, f.objects = missing, store{}
	case was == waiting:
		f.outcome = failed
	}
	if f.err == nil && err != nil {
		f.since = time.Now()
	}
	f.err = err
	if f.outcome != was {
		f.mark()
	}
	return f.outcome != was
}

// mark records that objects have changed, those of some keys or, if there are none, any; the mutex is held.
func (f *feed) mark(keys ...types.NamespacedName) {
	switch {
	case len(keys) == 0:
		f.changes = nil
	case !f.dirty:
		f.changes = changedKeys{}
	}
	f.dirty = true
	if f.changes != nil {
		for _, key := range keys {
			f.changes[key] = struct{}{}
		}
	}
}

// set records a change of the objects, of all if no key is given; the mutex is held.
func (f *feed) set(keys ...types.NamespacedName) {
	f.mark(keys...)
	if f.outcome == current {
		f.changed()
	}
}

// Add implements cache.ReflectorStore.
func (f *feed) Add(object any) error { return f.Update(object) }

// Update implements cache.ReflectorStore. What differs only in what is not kept is no change.
func (f *feed) Update(object any) error {
	written, is := object.(client.Object)
	if !is {
		return fmt.Errorf("want an object, got %T", object)
	}
	f.trim(written)
	key := client.ObjectKeyFromObject(written)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if before := f.objects[key]; before == nil || !apiequality.Semantic.DeepEqual(before, written) {
		f.objects[key] = written
		f.set(key)
	}
	return nil
}

// Delete implements cache.ReflectorStore.
func (f *feed) Delete(object any) error {
	written, is := object.(client.Object)
	if !is {
		return fmt.Errorf("want an object, got %T", object)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	key := client.ObjectKeyFromObject(written)
	delete(f.objects, key)
	f.set(key)
	return nil
}

// Replace implements cache.ReflectorStore: the objects are all that exist. They count once they are watched: who may list and not
// watch would see what is no longer so.
func (f *feed) Replace(objects []any, _ string) error {
	all := make(store, len(objects))
	for _, object := range objects {
		written, is := object.(client.Object)
		if !is {
			return fmt.Errorf("want an object, got %T", object)
		}
		all[client.ObjectKeyFromObject(written)] = written
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.objects = all
	f.set()
	return nil
}

// Resync implements cache.ReflectorStore.
func (*feed) Resync() error { return nil }
