// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"

	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// decision is what to do about the ConfigMap of an organization, and what readers see once it is done.
type decision struct {
	// shards are those that are missing or wrong. They are written before the ConfigMap that references them.
	shards []*publish.Shard
	// write is the ConfigMap as it should be; nil if there is nothing to write.
	write   *corev1.ConfigMap
	outcome status.Outcome
}

// isFinal reports whether a decision that was made on what the cache holds stands: there is nothing to write or to report.
func (d *decision) isFinal() bool { return d.write == nil && d.outcome.Problem == nil }

// decide compares what was resolved with what the cluster holds.
func decide(loaded *state, now time.Time) (*decision, error) {
	if loaded.organization == nil {
		key := loaded.snapshot.Key
		return loaded.unpublished(resolve.ReasonUnknownOrganization,
			fmt.Sprintf("organization %q does not exist in namespace %q", key.Name, key.Namespace)), nil
	}
	if reason := loaded.unfit(); reason != "" {
		return loaded.unpublished(status.ReasonPublishFailed, reason), nil
	}
	if loaded.configMap != nil && !loaded.owns(loaded.configMap) {
		return loaded.unpublished(status.ReasonForeignConfigMap, foreignMessage(loaded.configMap)), nil
	}
	switch {
	case loaded.snapshot.Encoded != nil:
		return publishDocument(loaded, now)
	case loaded.snapshot.Resolution.GivenUp:
		return loaded.unpublished(resolve.ReasonWorkLimitExceeded, loaded.snapshot.Resolution.Findings[0].Message), nil
	case loaded.snapshot.Resolution.Document == nil:
		return loaded.unpublished(resolve.ReasonUnknownCatalog,
			fmt.Sprintf("catalog %q does not exist", loaded.organization.Spec.CatalogRef.Name)), nil
	default:
		return loaded.unpublished(status.ReasonTooLarge,
			fmt.Sprintf("%s: split it into several, or shorten it", loaded.snapshot.EncodeError)), nil
	}
}

// unfit says why nothing can be published under a name, if it cannot. The API server refuses such organizations since it knows the names
// of platform documents.
func (s *state) unfit() string {
	_, ofPlatform := document.PlatformCatalog(s.organization.Name)
	switch {
	case s.catalog == nil && ofPlatform:
		return fmt.Sprintf("the name begins with %s, as those of platform documents do: create the organization under another",
			document.PlatformPrefix)
	case len(s.organization.Name) > validation.LabelValueMaxLength:
		return fmt.Sprintf("%q is a label value, and has more than %d characters: give the catalog a shorter name", s.organization.Name,
			validation.LabelValueMaxLength)
	}
	return ""
}

// unpublished leaves everything as it is, and says why nothing new is published.
func (s *state) unpublished(reason, message string) *decision {
	return &decision{outcome: status.Outcome{
		Publication: s.standing(), Last: s.last(), Problem: &status.Problem{Reason: reason, Message: message},
	}}
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
func publishDocument(loaded *state, now time.Time) (*decision, error) {
	desired := loaded.configMap.DeepCopy()
	if desired == nil {
		desired = &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
			Namespace: loaded.organization.Namespace, Name: configmap.Name(loaded.organization.Name),
		}}
	}
	marked := configmap.Mark(desired, loaded.owner(), loaded.organization.Spec.Publishing, configmap.Labels(loaded.organization.Name))
	next, data, err := loaded.unchanged()
	differs := next == nil
	if next == nil && err == nil {
		next, data, err = loaded.next(now)
	}
	if err != nil {
		return nil, err
	}
	desired.Data, desired.BinaryData = data, nil
	decided := &decision{shards: loaded.missingShards(), outcome: status.Outcome{Publication: next, Last: next}}
	if differs || marked || loaded.isReplaceable() {
		decided.write = desired
	}
	return decided, nil
}

// isReplaceable reports whether the ConfigMap is immutable, which keeps the next state from readers, and may be deleted and created again.
func (s *state) isReplaceable() bool {
	return s.configMap != nil && ptr.Deref(s.configMap.Immutable, false) && len(s.configMap.Finalizers) == 0
}

// missingShards returns the shards that are missing or wrong, or lack a label or an annotation.
func (s *state) missingShards() []*publish.Shard {
	if s.snapshot.Encoded == nil || len(s.snapshot.Encoded.Shards) == 0 {
		return nil
	}
	there := s.shardsByName()
	var missing []*publish.Shard
	for i := range s.snapshot.Encoded.Shards {
		shard := &s.snapshot.Encoded.Shards[i]
		if existing := there[shard.Part.ConfigMap]; existing == nil || !s.isComplete(*existing, shard) {
			missing = append(missing, shard)
		}
	}
	return missing
}

func (s *state) shardsByName() map[string]*corev1.ConfigMap {
	there := make(map[string]*corev1.ConfigMap, len(s.shards))
	for i := range s.shards {
		there[s.shards[i].Name] = &s.shards[i]
	}
	return there
}

// isComplete reports whether a ConfigMap is the shard that it should be, with its owner, labels and annotations. Marking sets other
// maps, so that those of the cache stay.
func (s *state) isComplete(configMap corev1.ConfigMap, shard *publish.Shard) bool {
	return configmap.Holds(&configMap, shard.Part.Digest) && !s.mark(&configMap, shard)
}

// mark sets what a shard has beside its data, and reports whether any of it was missing.
func (s *state) mark(configMap *corev1.ConfigMap, shard *publish.Shard) bool {
	marked := configmap.Mark(configMap, s.owner(), s.organization.Spec.Publishing, configmap.ShardLabels(s.snapshot.Key, shard))
	wasImmutable := ptr.Deref(configMap.Immutable, false)
	configMap.Immutable = new(true)
	return marked || !wasImmutable
}

// owner is what the ConfigMaps are deleted with.
func (s *state) owner() metav1.OwnerReference {
	if s.catalog != nil {
		return configmap.CatalogOwner(s.catalog)
	}
	return configmap.OrganizationOwner(s.organization)
}

// owns reports whether a ConfigMap of the name is the organization's own: the organization controls it, or this process wrote it,
// or readers would take it for the organization's. The owner and all else that it says may have been changed since.
func (s *state) owns(configMap *corev1.ConfigMap) bool {
	return metav1.IsControlledBy(configMap, s.organization) || (s.published != nil && s.published.ConfigMap == configMap.UID) ||
		configmap.Read(configMap) != nil
}
