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
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// Run watches the ConfigMap and offers each state of it, until the context ends. What the source refuses because a part is
// missing or damaged is offered again after a while: the part may come, or be repaired, without another event. What keeps
// Run from looking is in the source's State. The source is confirmed by each word of the API server that nothing is newer,
// which comes about once a minute: let a bound on staleness be several. Run returns nil, once nothing of it runs any more.
func (f *Feeder) Run(ctx context.Context) error {
	seen := newSight()
	reflector := cache.NewReflectorWithOptions(f.listWatch(), &corev1.ConfigMap{}, seen, cache.ReflectorOptions{Name: f.name})
	var running sync.WaitGroup
	running.Go(func() { reflector.RunWithContext(ctx) })
	defer running.Wait()

	var refused *corev1.ConfigMap
	var again <-chan time.Time
	backoff := patience()
	for {
		configMap := refused
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		case <-seen.news:
			next, present := seen.take()
			if !present {
				refused, again = nil, nil
				f.source.SetError(fmt.Errorf("ConfigMap %s/%s is not there", f.namespace, f.name))
				continue
			}
			if next == nil {
				f.source.MarkFresh()
				continue
			}
			configMap, backoff = next, patience()
		}
		refused, again = nil, nil
		if mayRecover(f.Update(ctx, configMap)) {
			refused, again = configMap, time.After(backoff.Step())
		}
	}
}

// patience is how long to wait before something refused is offered again: from half a second to half a minute.
func patience() wait.Backoff {
	return wait.Backoff{Duration: 500 * time.Millisecond, Factor: 2, Jitter: 0.2, Steps: 20, Cap: 30 * time.Second}
}

// mayRecover tells whether what was refused may be taken another time as it is.
func mayRecover(err error) bool {
	var refused *permissions.RefusalError
	return errors.As(err, &refused) && (refused.Reason == permissions.RefusedUnreadable || refused.Reason == permissions.RefusedDamaged)
}

// listWatch asks for the one ConfigMap by its name, which rights that name it allow, and reports when that fails.
func (f *Feeder) listWatch() *cache.ListWatch {
	only := fields.OneTermEqualSelector(metav1.ObjectNameField, f.name).String()
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = only
			list, err := f.configMaps.List(ctx, options)
			return list, f.report(ctx, err)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			stream, err := f.configMaps.Watch(ctx, options)
			return stream, f.report(ctx, err)
		},
	}
}

// report tells the source what keeps the feeder from looking, unless it is to stop.
func (f *Feeder) report(ctx context.Context, err error) error {
	if err != nil && ctx.Err() == nil {
		f.source.SetError(fmt.Errorf("watching ConfigMap %s/%s: %w", f.namespace, f.name, err))
	}
	return err
}
