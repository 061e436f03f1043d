// SPDX-License-Identifier: Apache-2.0

package vocabulary

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/vocabulary"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Reconciler writes the ConfigMap of each namespace.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client client.Client
	// Live reads from the API server.
	Live       client.Reader
	Namespaces *lookup.Namespaces
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	changed := builder.WithPredicates(predicate.GenerationChangedPredicate{})
	return ctrl.NewControllerManagedBy(manager).Named("vocabulary").
		Watches(&v1alpha1.PermissionCatalog{}, handler.EnqueueRequestsFromMapFunc(r.users), changed).
		Watches(&v1alpha1.PlatformRole{}, handler.EnqueueRequestsFromMapFunc(r.users), changed).
		Watches(&v1alpha1.Organization{}, handler.EnqueueRequestsFromMapFunc(namespaceOf), changed).
		Watches(&corev1.ConfigMap{}, handler.EnqueueRequestsFromMapFunc(namespaceOfVocabulary)).
		Complete(r)
}

// Reconcile writes the ConfigMap of a namespace if it differs.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if r.Namespaces.IsTerminating(ctx, request.Namespace) {
		return ctrl.Result{}, nil
	}
	desired, err := r.desired(ctx, request.Namespace)
	if err != nil || desired == nil {
		return ctrl.Result{}, err
	}
	existing, err := read(ctx, r.Client, desired)
	if err != nil || existing != nil && configmap.IsVocabulary(existing, desired) {
		return ctrl.Result{}, err
	}
	err = r.write(ctx, desired)
	if apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		return ctrl.Result{}, nil
	}
	return retry.Result(err)
}

// desired returns what the ConfigMap of a namespace should be, nil if the namespace has no organization but such that are being deleted:
// written again, it would keep garbage collection from ending.
func (r *Reconciler) desired(ctx context.Context, namespace string) (*corev1.ConfigMap, error) {
	organizations, err := lookup.Organizations(ctx, r.Client, client.InNamespace(namespace))
	organizations = slices.DeleteFunc(organizations, func(o v1alpha1.Organization) bool { return !o.DeletionTimestamp.IsZero() })
	if err != nil || len(organizations) == 0 {
		return nil, err
	}
	var catalogs []v1alpha1.PermissionCatalog
	var roles []v1alpha1.PlatformRole
	seen := map[string]struct{}{}
	for i := range organizations {
		name := organizations[i].Spec.CatalogRef.Name
		if _, is := seen[name]; is {
			continue
		}
		seen[name] = struct{}{}
		catalog, err := lookup.Catalog(ctx, r.Client, name)
		if err != nil {
			return nil, err
		}
		if catalog != nil {
			catalogs = append(catalogs, *catalog)
		}
		ofCatalog, err := lookup.PlatformRoles(ctx, r.Client, name)
		if err != nil {
			return nil, err
		}
		roles = append(roles, ofCatalog...)
	}
	binary, text, err := vocabulary.Data(catalogs, roles)
	if err != nil {
		return nil, err
	}
	// The oldest owns it: those that are added write nothing.
	oldest := slices.MinFunc(organizations, func(a, b v1alpha1.Organization) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
	})
	return configmap.Vocabulary(&oldest, binary, text), nil
}

// write creates or updates the ConfigMap, by what the API server holds: the cache holds only those with the manager's label, and not
// their data. A foreign one stays.
func (r *Reconciler) write(ctx context.Context, desired *corev1.ConfigMap) error {
	existing, err := read(ctx, r.Live, desired)
	if err != nil {
		return err
	}
	if existing == nil {
		err = r.Client.Create(ctx, desired, client.FieldOwner(statuswriter.FieldManager))
	} else {
		if !configmap.IsOwnVocabulary(existing, desired) {
			return fmt.Errorf("ConfigMap %s/%s exists without the label %s=%s: delete it",
				existing.Namespace, existing.Name, document.LabelManagedBy, document.ManagedBy)
		}
		existing.Data, existing.BinaryData, existing.OwnerReferences = desired.Data, desired.BinaryData, desired.OwnerReferences
		metav1.SetMetaDataLabel(&existing.ObjectMeta, document.LabelManagedBy, document.ManagedBy)
		err = r.Client.Update(ctx, existing, client.FieldOwner(statuswriter.FieldManager))
	}
	if err == nil {
		log.FromContext(ctx).Info("Published the vocabulary", "namespace", desired.Namespace)
	}
	return err
}

// read returns the ConfigMap of another's name, nil if there is none.
func read(ctx context.Context, from client.Reader, like *corev1.ConfigMap) (*corev1.ConfigMap, error) {
	existing := &corev1.ConfigMap{}
	if err := from.Get(ctx, client.ObjectKeyFromObject(like), existing); apierrors.IsNotFound(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("reading ConfigMap %s/%s: %w", like.Namespace, like.Name, err)
	}
	return existing, nil
}

// users returns the namespaces whose organizations use the catalog that an object is or refers to.
func (r *Reconciler) users(ctx context.Context, object client.Object) []ctrl.Request {
	catalog := object.GetName()
	if role, is := object.(*v1alpha1.PlatformRole); is {
		catalog = role.Spec.CatalogRef.Name
	}
	organizations, err := lookup.OrganizationsOf(ctx, r.Client, catalog)
	if err != nil {
		log.FromContext(ctx).Error(err, "Listing the organizations of a catalog", "catalog", catalog)
	}
	requests := make([]ctrl.Request, len(organizations))
	for i := range organizations {
		requests[i] = inNamespace(organizations[i].Namespace)
	}
	return requests
}

func namespaceOf(_ context.Context, object client.Object) []ctrl.Request {
	return []ctrl.Request{inNamespace(object.GetNamespace())}
}

func namespaceOfVocabulary(_ context.Context, object client.Object) []ctrl.Request {
	if object.GetName() != vocabulary.Name {
		return nil
	}
	return []ctrl.Request{inNamespace(object.GetNamespace())}
}

func inNamespace(name string) ctrl.Request {
	return ctrl.Request{NamespacedName: types.NamespacedName{Namespace: name}}
}
