// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

//+kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch

// Namespaces knows which namespaces are being deleted. The cache holds nothing but their metadata.
type Namespaces struct{ reader client.Reader }

// WatchNamespaces makes the cache hold namespaces.
func WatchNamespaces(ctx context.Context, informers cache.Cache) (*Namespaces, error) {
	if _, err := informers.GetInformer(ctx, namespaceMetadata(), cache.BlockUntilSynced(false)); err != nil {
		return nil, fmt.Errorf("watching namespaces: %w", err)
	}
	return &Namespaces{reader: informers}, nil
}

// IsTerminating reports whether a namespace is being deleted: everything in it goes, and nothing can be created there.
func (n *Namespaces) IsTerminating(ctx context.Context, name string) bool {
	if name == "" {
		return false
	}
	namespace := namespaceMetadata()
	err := n.reader.Get(ctx, client.ObjectKey{Name: name}, namespace)
	return err == nil && !namespace.DeletionTimestamp.IsZero()
}

// Exists reports whether there is a namespace. One that cannot be read may be there.
func (n *Namespaces) Exists(ctx context.Context, name string) bool {
	return !apierrors.IsNotFound(n.reader.Get(ctx, client.ObjectKey{Name: name}, namespaceMetadata()))
}

// NamespaceIsGone lets only the event pass that a namespace was deleted: another of its name may be there already.
var NamespaceIsGone = predicate.Funcs{
	CreateFunc: func(event.CreateEvent) bool { return false },
	UpdateFunc: func(updated event.UpdateEvent) bool { return updated.ObjectOld.GetUID() != updated.ObjectNew.GetUID() },
}

func namespaceMetadata() *metav1.PartialObjectMetadata {
	metadata := &metav1.PartialObjectMetadata{}
	metadata.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Namespace"))
	return metadata
}
