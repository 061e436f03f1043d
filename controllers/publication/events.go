// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/priority"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// snapshots enqueues every organization that was resolved: those that had been when the replica takes the lead, and from then
// on each when it is. One of which nothing of its own has changed comes after the others.
func (p *Publisher) snapshots() source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		p.Store.Subscribe(func(key snapshot.Key, resolved *snapshot.Snapshot) {
			priority.Add(queue, key, 0, resolved != nil && resolved.Shared)
		})
		return nil
	})
}

// configMaps enqueues the organization of a published ConfigMap, or of a shard: if it was changed or deleted, it is put back. One that
// publishes the current snapshot is most likely what this controller has just written: looking at it comes last.
func (p *Publisher) configMaps() handler.EventHandler {
	enqueue := func(q queue, object client.Object, deleted bool) {
		configMap, is := object.(*corev1.ConfigMap)
		if !is {
			return
		}
		key, named := organizationOf(configMap)
		switch {
		case !named:
		case !deleted && p.publishesCurrent(key, configMap):
			priority.AddAt(q, key, 0, priority.Report)
		default:
			priority.AddAt(q, key, 0, 0)
		}
	}
	return handler.Funcs{
		CreateFunc: func(_ context.Context, created event.CreateEvent, q queue) { enqueue(q, created.Object, false) },
		UpdateFunc: func(_ context.Context, updated event.UpdateEvent, q queue) { enqueue(q, updated.ObjectNew, false) },
		DeleteFunc: func(_ context.Context, deleted event.DeleteEvent, q queue) { enqueue(q, deleted.Object, true) },
	}
}

// organizationOf returns the organization of a published ConfigMap, or of a shard.
func organizationOf(configMap *corev1.ConfigMap) (key snapshot.Key, named bool) {
	if key, named = configmap.OrganizationOf(configMap); named {
		return key, true
	}
	return configmap.ShardOf(configMap)
}

// publishesCurrent reports whether a ConfigMap publishes the current snapshot of an organization.
func (p *Publisher) publishesCurrent(key snapshot.Key, configMap *corev1.ConfigMap) bool {
	current, read := p.Store.Get(key), configmap.Read(configMap)
	return current != nil && read != nil && read.ConfigMapName == configmap.Name(key.Name) && read.Digest == current.Digest()
}
