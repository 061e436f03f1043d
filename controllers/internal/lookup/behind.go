// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// Behind returns an object that the API server has, and the cache does not have in that state; the zero reference if the cache has
// all. It looks at one object, or at all of a kind in a namespace if the reference has no name. An object that is gone, and that the
// cache still has, does not count. Live reads from the API server.
func Behind(ctx context.Context, cached, live client.Reader, of model.Ref) (model.Ref, error) {
	stored, err := storedAs(ctx, live, of)
	if err != nil {
		return model.Ref{}, err
	}
	for i := range stored {
		like, is := intake.NewObject(of.Kind).(client.Object)
		if !is {
			return model.Ref{}, fmt.Errorf("objects of kind %s are not in the cache", of.Kind)
		}
		like.SetNamespace(stored[i].Namespace)
		like.SetName(stored[i].Name)
		held, err := Cached(ctx, cached, like)
		if err != nil {
			return model.Ref{}, err
		}
		if lacks(held, &stored[i]) {
			return model.Ref{Kind: of.Kind, Namespace: stored[i].Namespace, Name: stored[i].Name}, nil
		}
	}
	return model.Ref{}, nil
}

// storedAs returns the metadata of what a reference stands for, as the API server has it now.
func storedAs(ctx context.Context, live client.Reader, of model.Ref) ([]metav1.PartialObjectMetadata, error) {
	kind := v1alpha1.GroupVersion.WithKind(of.Kind)
	if of.Name == "" {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(of.Kind + "List"))
		if err := live.List(ctx, list, client.InNamespace(of.Namespace)); err != nil {
			return nil, fmt.Errorf("listing objects of kind %s in namespace %q: %w", of.Kind, of.Namespace, err)
		}
		return list.Items, nil
	}
	object := metav1.PartialObjectMetadata{}
	object.SetGroupVersionKind(kind)
	err := live.Get(ctx, client.ObjectKey{Namespace: of.Namespace, Name: of.Name}, &object)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", of, err)
	}
	return []metav1.PartialObjectMetadata{object}, nil
}

// lacks reports whether an object of the cache, nil if there is none, is older than what is stored and may say something else.
func lacks(held client.Object, stored *metav1.PartialObjectMetadata) bool {
	switch {
	case held == nil:
		return true
	case held.GetUID() == stored.UID && held.GetGeneration() >= stored.Generation:
		return false
	}
	return IsNewer(stored.ResourceVersion, held.GetResourceVersion())
}

// IsNewer reports whether a version of an object is newer than another.
func IsNewer(version, than string) bool {
	order, err := resourceversion.CompareResourceVersion(version, than)
	return err == nil && order > 0
}
