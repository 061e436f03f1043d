// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/console/texts"
)

const (
	// watchPeriod is how long a watch lasts: by the read that follows it, it is known that nothing was missed.
	watchPeriod = 20 * time.Second
	// retryPeriod is how long Run waits after something has failed.
	retryPeriod = time.Second
)

// Run follows the ConfigMap, and writes what could not be written, until the context ends.
func (l *List) Run(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		err := l.followOnce(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			failing = false
			continue
		case !failing:
			l.options.Log.Error(err, "The list of sessions that were ended cannot be followed, and is tried again every second",
				"configMap", l.options.Key.String())
		}
		failing = true
		select {
		case <-ctx.Done():
		case <-time.After(retryPeriod):
		}
	}
}

// followOnce reads the ConfigMap, writes what it lacks, and watches for a while.
func (l *List) followOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, watchPeriod+answerTimeout)
	defer cancel()
	asking, answered := context.WithTimeout(ctx, answerTimeout)
	defer answered()
	read, err := l.read(asking)
	if err != nil {
		return err
	}
	if err := l.write(asking); err != nil {
		return err
	}
	period := int64(watchPeriod / time.Second)
	watching, err := l.client.Watch(ctx, &corev1.ConfigMapList{}, &client.ListOptions{
		Namespace: l.options.Key.Namespace,
		Raw: &metav1.ListOptions{
			FieldSelector: "metadata.name=" + l.options.Key.Name, ResourceVersion: read.ResourceVersion, TimeoutSeconds: &period,
		},
	})
	if err != nil {
		return err
	}
	defer watching.Stop()
	return l.watch(ctx, watching.ResultChan())
}

// watch records what happens to the ConfigMap, until the watch ends or there is something to write.
func (l *List) watch(ctx context.Context, events <-chan watch.Event) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.again:
			return texts.ErrRevocationsLack
		case event, open := <-events:
			if !open {
				return nil
			}
			configMap, is := event.Object.(*corev1.ConfigMap)
			switch {
			case event.Type == watch.Error:
				return apierrors.FromObject(event.Object)
			case event.Type == watch.Deleted:
				return nil
			case is:
				l.hear(configMap, l.options.Clock())
			}
		}
	}
}
