// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/status"
)

// decision is what to do about the ConfigMap of an organization, and what readers see once it is done.
type decision struct {
	// shards are those that are missing or wrong. They are written before the ConfigMap that references them.
	shards []*publish.Shard
	// write is the ConfigMap as it should be; nil if there is nothing to write.
	write   *corev1.ConfigMap
	outcome status.Outcome
}

// decide compares what was resolved with what the cluster holds.
func decide(loaded *state, now time.Time) (*decision, error) {
	if loaded.organization == nil {
		key := loaded.snapshot.Key
		return unpublished(nil, resolve.ReasonUnknownOrganization,
			fmt.Sprintf("organization %q does not exist in namespace %q", key.Name, key.Namespace)), nil
	}
	if loaded.configMap != nil && !loaded.owns(loaded.configMap) {
		return unpublished(nil, status.ReasonForeignConfigMap, foreignMessage(loaded.configMap)), nil
	}
	current := loaded.publication()
	switch {
	case loaded.snapshot.Encoded != nil:
		return publishDocument(loaded, current, now)
	case loaded.snapshot.Resolution.Document == nil:
		return unpublished(current, resolve.ReasonUnknownCatalog,
			fmt.Sprintf("catalog %q does not exist", loaded.organization.Spec.CatalogRef.Name)), nil
	default:
		return unpublished(current, status.ReasonTooLarge,
			fmt.Sprintf("%s: split it into several, or shorten it", loaded.snapshot.EncodeError)), nil
	}
}

// unpublished leaves everything as it is, and says why nothing new is published.
func unpublished(current *v1alpha1.Publication, reason, message string) *decision {
	return &decision{outcome: status.Outcome{Publication: current, Problem: &status.Problem{Reason: reason, Message: message}}}
}

// foreignMessage says whose ConfigMap stands in the way, and what to do about it.
func foreignMessage(existing *corev1.ConfigMap) string {
	owner := "it has no owner"
	if controller := metav1.GetControllerOf(existing); controller != nil {
		owner = fmt.Sprintf("its owner is %s %q with UID %s", controller.Kind, controller.Name, controller.UID)
	}
	return fmt.Sprintf("ConfigMap %q is needed for publishing, but it is not this organization's (%s): "+
		"delete it, or move its data to another name", existing.Name, owner)
}

// publishDocument decides on the ConfigMap of a document that can be published.
func publishDocument(loaded *state, current *v1alpha1.Publication, now time.Time) (*decision, error) {
	desired := loaded.configMap.DeepCopy()
	if desired == nil {
		desired = &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: loaded.organization.Namespace, Name: configmap.Name(loaded.organization.Name),
			OwnerReferences: []metav1.OwnerReference{ownerReference(loaded.organization)},
		}}
	}
	configmap.Mark(desired, configmap.Labels(loaded.organization.Name), loaded.organization.Spec.Publishing)
	next, data, err := loaded.unchanged(current)
	if next == nil && err == nil {
		next, data, err = loaded.next(current, now)
	}
	if err != nil {
		return nil, err
	}
	desired.Data, desired.BinaryData = data, nil
	decided := &decision{shards: loaded.missingShards(), outcome: status.Outcome{Publication: next}}
	if loaded.configMap == nil || differs(loaded.configMap, desired) {
		decided.write = desired
	}
	return decided, nil
}

// missingShards returns the shards that are missing or wrong, or lack a label or an annotation.
func (s *state) missingShards() []*publish.Shard {
	if s.snapshot.Encoded == nil || len(s.snapshot.Encoded.Shards) == 0 {
		return nil
	}
	there := make(map[string]*corev1.ConfigMap, len(s.shards))
	for i := range s.shards {
		there[s.shards[i].Name] = &s.shards[i]
	}
	var missing []*publish.Shard
	for i := range s.snapshot.Encoded.Shards {
		shard := &s.snapshot.Encoded.Shards[i]
		if existing := there[shard.Part.ConfigMap]; existing == nil || !s.isComplete(*existing, shard) {
			missing = append(missing, shard)
		}
	}
	return missing
}

// isComplete reports whether a ConfigMap is the shard that it should be, with its labels and annotations. Marking sets other maps,
// so that those of the cache stay.
func (s *state) isComplete(configMap corev1.ConfigMap, shard *publish.Shard) bool {
	return s.owns(&configMap) && configmap.Holds(&configMap, shard.Part.Digest) && !s.mark(&configMap, shard)
}

// mark sets the labels and annotations of a shard, and reports whether any was missing.
func (s *state) mark(configMap *corev1.ConfigMap, shard *publish.Shard) bool {
	return configmap.Mark(configMap, configmap.Shard(s.snapshot.Key, shard).Labels, s.organization.Spec.Publishing)
}

// owns reports whether a ConfigMap is the organization's own.
func (s *state) owns(configMap *corev1.ConfigMap) bool {
	return metav1.IsControlledBy(configMap, s.organization)
}

// unchanged returns the present publication, nil if there is none, if it is of another document, or if another writer changed
// it: that was never published and gets a revision of its own.
func (s *state) unchanged(current *v1alpha1.Publication) (*v1alpha1.Publication, map[string]string, error) {
	if current == nil || current.Digest != s.snapshot.Encoded.Digest || current.Revision < s.reportedRevision() {
		return nil, nil, nil
	}
	data, err := s.snapshot.Encoded.Data(string(s.organization.UID), current.Revision, current.PublishTime.Time)
	if err != nil || !maps.Equal(data, s.configMap.Data) {
		return nil, nil, err
	}
	return current, data, nil
}

// next returns a new publication. Its revision is above every one that readers may have seen: that of the ConfigMap, and that
// of the status if the ConfigMap was deleted or damaged.
func (s *state) next(current *v1alpha1.Publication, now time.Time) (*v1alpha1.Publication, map[string]string, error) {
	last := s.reportedRevision()
	if current != nil {
		last = max(last, current.Revision)
	}
	next := &v1alpha1.Publication{
		ConfigMapName: configmap.Name(s.organization.Name),
		Revision:      last + 1,
		Digest:        s.snapshot.Encoded.Digest,
		Bytes:         int64(s.snapshot.Encoded.Bytes),
		PublishTime:   metav1.NewTime(now.UTC().Truncate(time.Second)),
	}
	data, err := s.snapshot.Encoded.Data(string(s.organization.UID), next.Revision, next.PublishTime.Time)
	return next, data, err
}

// reportedRevision returns the revision in the organization's status; 0 if there is none.
func (s *state) reportedRevision() int64 {
	if publication := s.organization.Status.Publication; publication != nil {
		return publication.Revision
	}
	return 0
}

func differs(a, b *corev1.ConfigMap) bool {
	return !maps.Equal(a.Data, b.Data) || len(a.BinaryData) != len(b.BinaryData) ||
		!maps.Equal(a.Labels, b.Labels) || !maps.Equal(a.Annotations, b.Annotations)
}

// ownerReference lets garbage collection remove the ConfigMap with the organization. It does not block the deletion of the
// organization: that would take the right to change an organization's finalizers.
func ownerReference(organization *v1alpha1.Organization) metav1.OwnerReference {
	owner := *metav1.NewControllerRef(organization, v1alpha1.GroupVersion.WithKind("Organization"))
	owner.BlockOwnerDeletion = nil
	return owner
}
