// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// organizations passes what a reflector sees to the updater of each organization. It keeps no ConfigMaps.
type organizations struct {
	options Options
	reloads tenants.ReloadLog
	queue   *apisource.Queue

	mutex sync.Mutex
	known map[tenants.Key]*organization
	// initial are the organizations of the reflector's first list that are still to be read; nil before that list.
	initial map[tenants.Key]struct{}
}

var (
	_ cache.ReflectorStore         = (*organizations)(nil)
	_ cache.ReflectorBookmarkStore = (*organizations)(nil)
)

// organization is one that is published, or waited for.
type organization struct {
	source  *permissions.Source
	updater *apisource.Updater
	// published is set once its ConfigMap was seen.
	published bool
	// logged is the state of the source that was logged last; the queue alone uses it.
	logged permissions.State
}

func newOrganizations(options Options) *organizations {
	o := &organizations{
		options: options, reloads: tenants.ReloadLog{Log: options.Log, Reloaded: options.Reloaded},
		queue: apisource.NewQueue(), known: map[tenants.Key]*organization{},
	}
	if options.Organization != "" {
		// Requests are answered that nothing is published yet, rather than that there is no such organization.
		only := tenants.Key{Namespace: options.Namespace, Organization: options.Organization}
		o.get(only)
		options.Registry.FixRoot(only)
	}
	return o
}

// get returns an organization. A new one is added to the registry, and is not ready. The mutex is held, unless nothing runs
// yet.
func (o *organizations) get(key tenants.Key) *organization {
	if known := o.known[key]; known != nil {
		return known
	}
	added := &organization{source: permissions.NewSource(
		permissions.WithOrganization(key.Namespace, key.Organization), permissions.WithMaxStaleness(o.options.MaxStaleness))}
	added.updater = o.queue.NewUpdater(o.options.Client.CoreV1(), key.Namespace, key.Organization, added.source,
		func(error) { o.updated(key, added) })
	o.known[key] = added
	o.options.Registry.Put(tenants.NewSourceBacked(key, added.source))
	return added
}

// keyOf returns the organization that a ConfigMap publishes. It is false for the ConfigMaps of others that carry our labels:
// their names and labels do not agree.
func keyOf(configMap *corev1.ConfigMap) (tenants.Key, bool) {
	name, hasSuffix := strings.CutSuffix(configMap.Name, document.ConfigMapSuffix)
	key := tenants.Key{Namespace: configMap.Namespace, Organization: name}
	return key, hasSuffix && configMap.Labels[document.LabelOrganization] == name
}

// Add implements cache.ReflectorStore.
func (o *organizations) Add(object any) error { return o.observe(object) }

// Update implements cache.ReflectorStore.
func (o *organizations) Update(object any) error { return o.observe(object) }

func (o *organizations) observe(object any) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	_, err := o.pass(object)
	return err
}

// pass passes a ConfigMap to its updater, and returns its organization, or nil if it is not one of ours. The mutex is held.
func (o *organizations) pass(object any) (*tenants.Key, error) {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return nil, fmt.Errorf("want a ConfigMap, got %T", object)
	}
	key, ours := keyOf(configMap)
	if !ours {
		return nil, nil
	}
	organization := o.get(key)
	organization.published = true
	organization.updater.Observe(configMap)
	return &key, nil
}

// Delete implements cache.ReflectorStore. An organization is published as long as it exists.
func (o *organizations) Delete(object any) error {
	configMap, is := object.(*corev1.ConfigMap)
	if !is {
		return fmt.Errorf("want a ConfigMap, got %T", object)
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if key, ours := keyOf(configMap); ours && o.known[key] != nil {
		o.remove(key)
	}
	return nil
}

// remove removes an organization. The one that was asked for by name stays in the registry, not ready. The mutex is held.
func (o *organizations) remove(key tenants.Key) {
	// Nothing of it is retried any more.
	o.known[key].updater.Observe(nil)
	delete(o.known, key)
	o.options.Registry.Remove(key)
	o.options.Log.Info("No longer serving: the organization is not published", "organization", key.String())
	if o.options.Organization != "" {
		o.get(key)
	}
	o.initialRead(key)
}

// Replace implements cache.ReflectorStore: the objects are all that exist.
func (o *organizations) Replace(objects []any, _ string) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	listed := make(map[tenants.Key]struct{}, len(objects))
	errs := make([]error, 0, len(objects))
	for _, object := range objects {
		key, err := o.pass(object)
		errs = append(errs, err)
		if key != nil {
			listed[*key] = struct{}{}
		}
	}
	for key, known := range o.known {
		if _, exists := listed[key]; !exists && known.published {
			o.remove(key)
		}
	}
	if o.initial == nil {
		o.initial = listed
		o.completeIfRead()
	}
	return errors.Join(errs...)
}

// Resync implements cache.ReflectorStore.
func (*organizations) Resync() error { return nil }

// Bookmark implements cache.ReflectorBookmarkStore: the API server has nothing newer.
func (o *organizations) Bookmark(string) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, known := range o.known {
		known.updater.MarkFresh()
	}
	return nil
}

// setError passes an error of watching to the sources.
func (o *organizations) setError(err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, known := range o.known {
		known.source.SetError(err)
	}
}

// updated logs what an update of an organization's source has led to. The queue calls it.
func (o *organizations) updated(key tenants.Key, organization *organization) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.known[key] != organization {
		return
	}
	before := organization.logged
	organization.logged = organization.source.State()
	o.reloads.Record(key, &before, &organization.logged)
	o.initialRead(key)
}

// initialRead records that an organization of the first list was read, refused or removed. The mutex is held.
func (o *organizations) initialRead(key tenants.Key) {
	if _, waiting := o.initial[key]; waiting {
		delete(o.initial, key)
		o.completeIfRead()
	}
}

// completeIfRead completes the registry once everything that existed at the start has been read. The mutex is held.
func (o *organizations) completeIfRead() {
	if len(o.initial) == 0 {
		o.options.Registry.Complete()
	}
}
