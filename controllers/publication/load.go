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
	// catalog is the one of which the document is the platform document, nil if the document is that of an organization. The
	// organization stands for it then.
	catalog *v1alpha1.PermissionCatalog
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
	if r.Namespaces.IsTerminating(ctx, key.Namespace) {
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
	return r.withConfigMaps(ctx, loaded)
}

// organization returns an organization with a status that only the manager wrote, nil if it does not exist.
func (r *Reconciler) organization(ctx context.Context, key snapshot.Key) (*v1alpha1.Organization, error) {
	organization, err := lookup.Organization(ctx, r.Client, key)
	if err != nil || organization == nil {
		return nil, err
	}
	return statuswriter.Trusted(r.Statuses, organization), nil
}

// withConfigMaps adds the ConfigMaps that the cluster holds. It returns nil if another resolution is about to come.
func (p *Publisher) withConfigMaps(ctx context.Context, loaded *state) (*state, error) {
	var err error
	loaded.configMap, err = p.cachedConfigMap(ctx, loaded.snapshot.Key)
	if err != nil || p.isFenced(loaded) {
		return nil, err
	}
	loaded.shards, err = p.shards(ctx, loaded.snapshot.Key)
	return loaded, err
}

// isFenced reports whether the ConfigMap holds another document, of another process, that the snapshot does not consider: it
// may be of a later state. Then another resolution is about to come.
func (p *Publisher) isFenced(loaded *state) bool {
	if loaded.configMap == nil {
		return false
	}
	current := configmap.Read(loaded.configMap)
	return current != nil && loaded.snapshot.Encoded != nil && current.Digest != loaded.snapshot.Encoded.Digest &&
		!p.Publications.MayReplace(loaded.snapshot, loaded.configMap.ResourceVersion)
}

// cachedConfigMap reads the ConfigMap from the cache, which holds only those with our label, or else from the API server.
func (p *Publisher) cachedConfigMap(ctx context.Context, key snapshot.Key) (*corev1.ConfigMap, error) {
	cached, err := p.configMap(ctx, key, p.Client)
	if err != nil || cached != nil {
		return cached, err
	}
	return p.configMap(ctx, key, p.Live)
}

// configMap reads the ConfigMap that has the name in which an organization is published, nil if it does not exist.
func (p *Publisher) configMap(ctx context.Context, key snapshot.Key, from client.Reader) (*corev1.ConfigMap, error) {
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
func (p *Publisher) shards(ctx context.Context, key snapshot.Key) ([]corev1.ConfigMap, error) {
	list := &corev1.ConfigMapList{}
	labeled := client.MatchingLabels{document.LabelOrganization: key.Name}
	if err := p.Client.List(ctx, list, client.InNamespace(key.Namespace), labeled); err != nil {
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
