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
	// configMap is the one that has the name in which the organization is published, nil if there is none.
	configMap *corev1.ConfigMap
	// shards are the ConfigMaps with the organization's labels and the names of its shards, of any owner; without their data.
	shards []corev1.ConfigMap
}

// load returns nil if there is nothing to do: nothing was resolved, or another resolution is about to come, or the organization
// is being deleted. What is published goes with it; writing it again would keep garbage collection from ending.
func (r *Reconciler) load(ctx context.Context, key snapshot.Key, now time.Time) (*state, error) {
	current := r.Store.Get(key)
	if current == nil {
		r.completed.Delete(key)
		r.unreferenced.Delete(key)
		return nil, nil
	}
	organization, err := lookup.Organization(ctx, r.Client, key)
	if err != nil {
		return nil, err
	}
	loaded := &state{snapshot: current, findings: current.FindingsAt(now), organization: organization}
	if current.Organization == nil && organization == nil {
		return loaded, nil
	}
	if current.Organization == nil || organization == nil || current.Organization.UID != organization.UID ||
		!organization.DeletionTimestamp.IsZero() {
		return nil, nil
	}
	loaded.configMap, err = r.configMap(ctx, client.ObjectKey{Namespace: key.Namespace, Name: configmap.Name(key.Name)})
	if err != nil || r.isFenced(loaded) {
		return nil, err
	}
	loaded.shards, err = r.shards(ctx, key)
	return loaded, err
}

// isFenced reports whether the ConfigMap holds another document, of another process, that the snapshot does not consider: it
// may be of a later state. Then another resolution is about to come.
func (r *Reconciler) isFenced(loaded *state) bool {
	current := loaded.publication()
	return current != nil && loaded.snapshot.Encoded != nil && current.Digest != loaded.snapshot.Encoded.Digest &&
		!r.Publications.MayReplace(loaded.snapshot, loaded.configMap.ResourceVersion)
}

// configMap returns a ConfigMap, nil if it does not exist. The cache holds only those with our label: one that it lacks may
// belong to another owner, and is looked up at the API server.
func (r *Reconciler) configMap(ctx context.Context, key client.ObjectKey) (*corev1.ConfigMap, error) {
	for _, reader := range []client.Reader{r.Client, r.Live} {
		configMap := &corev1.ConfigMap{}
		err := reader.Get(ctx, key, configMap)
		if err == nil {
			return configMap, nil
		}
		if !apierrors.IsNotFound(err) {
			return nil, fmt.Errorf("reading ConfigMap %s: %w", key, err)
		}
	}
	return nil, nil
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

// publication returns what the ConfigMap publishes, nil if it publishes nothing that can be read.
func (s *state) publication() *v1alpha1.Publication {
	if s.configMap == nil {
		return nil
	}
	return configmap.Read(s.configMap)
}

func (s *state) resourceVersion() string {
	if s.configMap == nil {
		return ""
	}
	return s.configMap.ResourceVersion
}
