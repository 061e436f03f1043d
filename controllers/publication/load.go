// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// state is what a pass over one organization starts from.
type state struct {
	snapshot *snapshot.Snapshot
	// findings are those of the moment of the pass.
	findings *snapshot.Findings
	// organization is the object as it is now, nil if it does not exist.
	organization *v1alpha1.Organization
	// published is the last publication, nil if this process knows none.
	published *publications.Mark
	// configMap is the one that has the name in which the organization is published, nil if there is none. It is reduced if it comes
	// from the cache.
	configMap *corev1.ConfigMap
	// shards are the ConfigMaps with the organization's labels and the names of its shards, of any owner; without their data.
	shards []corev1.ConfigMap
}

// load returns nil if there is nothing to do: nothing was resolved, or another resolution is about to come, or the organization
// or its namespace is being deleted. What is published goes with it; writing it again would keep garbage collection from ending.
func (r *Reconciler) load(ctx context.Context, key snapshot.Key, now time.Time) (*state, error) {
	current := r.Store.Get(key)
	if current == nil {
		r.completed.Delete(key)
		r.unreferenced.Delete(key)
		return nil, nil
	}
	if r.Statuses.Namespaces.IsTerminating(ctx, key.Namespace) {
		return nil, nil
	}
	organization, err := r.organization(ctx, key)
	if err != nil {
		return nil, err
	}
	loaded := &state{snapshot: current, findings: current.FindingsAt(now), organization: organization, published: r.Publications.Mark(key)}
	if current.Organization == nil && organization == nil {
		return loaded, nil
	}
	if current.Organization == nil || organization == nil || current.Organization.UID != organization.UID ||
		!organization.DeletionTimestamp.IsZero() {
		return nil, nil
	}
	loaded.configMap, err = r.cachedConfigMap(ctx, key)
	if err != nil || r.isFenced(loaded) {
		return nil, err
	}
	loaded.shards, err = r.shards(ctx, key)
	return loaded, err
}

// organization returns an organization with a status that only the manager wrote, nil if it does not exist.
func (r *Reconciler) organization(ctx context.Context, key snapshot.Key) (*v1alpha1.Organization, error) {
	organization, err := lookup.Organization(ctx, r.Client, key)
	if err != nil || organization == nil {
		return nil, err
	}
	return statuswriter.Trusted(r.Statuses, organization), nil
}

// isFenced reports whether the ConfigMap holds another document, of another process, that the snapshot does not consider: it
// may be of a later state. Then another resolution is about to come.
func (r *Reconciler) isFenced(loaded *state) bool {
	if loaded.configMap == nil {
		return false
	}
	current := configmap.Read(loaded.configMap)
	return current != nil && loaded.snapshot.Encoded != nil && current.Digest != loaded.snapshot.Encoded.Digest &&
		!r.Publications.MayReplace(loaded.snapshot, loaded.configMap.ResourceVersion)
}

// cachedConfigMap reads the ConfigMap from the cache, which holds only those with our label, or else from the API server.
func (r *Reconciler) cachedConfigMap(ctx context.Context, key snapshot.Key) (*corev1.ConfigMap, error) {
	cached, err := r.configMap(ctx, key, r.Client)
	if err != nil || cached != nil {
		return cached, err
	}
	return r.configMap(ctx, key, r.Live)
}

// configMap reads the ConfigMap that has the name in which an organization is published, nil if it does not exist.
func (r *Reconciler) configMap(ctx context.Context, key snapshot.Key, from client.Reader) (*corev1.ConfigMap, error) {
	configMap := &corev1.ConfigMap{}
	name := client.ObjectKey{Namespace: key.Namespace, Name: configmap.Name(key.Name)}
	if err := from.Get(ctx, name, configMap); apierrors.IsNotFound(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("reading ConfigMap %s: %w", name, err)
	}
	return configMap, nil
}

// shards lists what the cache holds of an organization's shards. Their data is not there: see configmap.Reduce.
func (r *Reconciler) shards(ctx context.Context, key snapshot.Key) ([]corev1.ConfigMap, error) {
	list := &corev1.ConfigMapList{}
	labeled := client.MatchingLabels{document.LabelOrganization: key.Name}
	if err := r.Client.List(ctx, list, client.InNamespace(key.Namespace), labeled); err != nil {
		return nil, fmt.Errorf("listing the shards of organization %s: %w", key, err)
	}
	return slices.DeleteFunc(list.Items, func(configMap corev1.ConfigMap) bool {
		of, is := configmap.ShardOf(&configMap)
		return !is || of != key
	}), nil
}

func (s *state) resourceVersion() string {
	if s.configMap == nil {
		return ""
	}
	return s.configMap.ResourceVersion
}
