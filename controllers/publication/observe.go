// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/internal/publications"
)

// Observe records in the tracker what readers see, in every replica: metrics and approvals need it. It adds a handler to the
// cache and no controller, because nothing is read, written or tried again.
func Observe(ctx context.Context, informers cache.Cache, tracker *publications.Tracker) error {
	informer, err := informers.GetInformer(ctx, &corev1.ConfigMap{}, cache.BlockUntilSynced(false))
	if err != nil {
		return fmt.Errorf("watching ConfigMaps: %w", err)
	}
	_, err = informer.AddEventHandler(toolscache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { observe(tracker, object, false) },
		UpdateFunc: func(_, object any) { observe(tracker, object, false) },
		DeleteFunc: func(object any) { observe(tracker, object, true) },
	})
	if err != nil {
		return fmt.Errorf("watching ConfigMaps: %w", err)
	}
	return nil
}

// observe records one event. Of a ConfigMap that was deleted unnoticed, the cache delivers the last known state.
func observe(tracker *publications.Tracker, object any, deleted bool) {
	if unknown, is := object.(toolscache.DeletedFinalStateUnknown); is {
		object = unknown.Obj
	}
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return
	}
	key, named := configmap.OrganizationOf(configMap)
	switch {
	case !named:
	case deleted:
		tracker.Observe(key, nil)
	default:
		tracker.Observe(key, readable(configMap))
	}
}

// readable returns what readers see in a ConfigMap, nil if it publishes nothing.
func readable(configMap *corev1.ConfigMap) *publications.Published {
	publication := configmap.Read(configMap)
	if publication == nil {
		return nil
	}
	return &publications.Published{Digest: publication.Digest, Bytes: publication.Bytes, Revision: publication.Revision}
}
