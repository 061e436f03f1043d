// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
)

// heldError says that a ConfigMap has to be created again, and that finalizers hold it.
type heldError struct{ existing *corev1.ConfigMap }

// Error implements error.
func (e *heldError) Error() string {
	return fmt.Sprintf("ConfigMap %q is immutable and has to be created again, and metadata.finalizers (%s) keep it from being deleted: "+
		"remove them", e.existing.Name, strings.Join(e.existing.Finalizers, ", "))
}

// replace deletes a ConfigMap and creates another under its name, with the labels and annotations that others added. What finalizers
// hold is deleted all the same, so that it goes with the last of them.
func (p *Publisher) replace(ctx context.Context, existing, desired *corev1.ConfigMap) error {
	if existing.DeletionTimestamp.IsZero() {
		if err := client.IgnoreNotFound(p.delete(ctx, existing)); err != nil {
			return err
		}
	}
	if len(existing.Finalizers) > 0 {
		return &heldError{existing}
	}
	desired.ObjectMeta = metav1.ObjectMeta{
		Namespace: desired.Namespace, Name: desired.Name,
		Labels: desired.Labels, Annotations: desired.Annotations, OwnerReferences: desired.OwnerReferences,
	}
	return p.Client.Create(ctx, desired, client.FieldOwner(statuswriter.FieldManager))
}

// delete deletes a ConfigMap. Reads do not wait until the cache has seen that: of a ConfigMap without our label it never would, and
// all that read from it would wait for ever.
func (p *Publisher) delete(ctx context.Context, configMap *corev1.ConfigMap) error {
	return p.Client.Delete(ctx, configMap, client.Preconditions{UID: &configMap.UID}, client.DisableReadYourWritesConsistency)
}
