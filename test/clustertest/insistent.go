// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// insistent returns a client that updates objects whatever has been written to them since they were read: a spec is about what
// follows from a change, and the manager may write at any time.
func insistent(direct client.WithWatch) client.Client {
	return interceptor.NewClient(direct, interceptor.Funcs{
		Update: func(ctx context.Context, direct client.WithWatch, object client.Object, options ...client.UpdateOption) error {
			return insist(ctx, direct, object, func() error { return direct.Update(ctx, object, options...) })
		},
		SubResourceUpdate: func(ctx context.Context, direct client.Client, subresource string, object client.Object, options ...client.SubResourceUpdateOption) error {
			return insist(ctx, direct, object, func() error { return direct.SubResource(subresource).Update(ctx, object, options...) })
		},
	})
}

// insist updates an object, as a change of its latest version while there is a conflict.
func insist(ctx context.Context, reader client.Reader, object client.Object, update func() error) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		err := update()
		if !apierrors.IsConflict(err) {
			return err
		}
		latest := object.DeepCopyObject().(client.Object)
		if err := reader.Get(ctx, client.ObjectKeyFromObject(object), latest); err != nil {
			return err
		}
		object.SetResourceVersion(latest.GetResourceVersion())
		return err
	})
}
