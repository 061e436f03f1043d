// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxLead is how far the revision of a ConfigMap may be above the last one that the manager knows of and still be believed: the
// status is written after the ConfigMap, and a process may end in between. A greater one is forged. To go beyond it would soon
// leave no revision to count on.
const maxLead = 1 << 20

// last returns the last publication: what this process published or else what the organization's status says; nil if there is
// none. What the ConfigMap says does not count.
func (s *state) last() *v1alpha1.Publication {
	if s.organization == nil {
		return nil
	}
	if s.published != nil && s.published.Organization == s.organization.UID {
		return &s.published.Publication
	}
	return s.organization.Status.Publication
}

// standing returns the last publication if readers see it, nil otherwise.
func (s *state) standing() *v1alpha1.Publication {
	last := s.last()
	if last == nil || s.configMap == nil {
		return nil
	}
	read := configmap.Read(s.configMap)
	if read == nil || read.Revision != last.Revision || read.Digest != last.Digest || !s.holdsParts() {
		return nil
	}
	return last
}

// holdsParts reports whether all shards are there that the index references. A reduced ConfigMap tells of none.
func (s *state) holdsParts() bool {
	index := configmap.Index(s.configMap)
	if index == nil {
		return true
	}
	there := s.shardsByName()
	for _, part := range index.Parts {
		if part.ConfigMap != "" && (there[part.ConfigMap] == nil || !configmap.Holds(there[part.ConfigMap], part.Digest)) {
			return false
		}
	}
	return true
}

// unchanged returns the last publication and its data if that is what the ConfigMap holds, to the byte; nil otherwise: it is of
// another document, or another writer changed it. That was never published, and gets a revision of its own.
func (s *state) unchanged() (*v1alpha1.Publication, map[string]string, error) {
	candidates := []*v1alpha1.Publication{s.last()}
	if s.published == nil {
		candidates = append(candidates, s.unreported())
	}
	for _, publication := range candidates {
		if publication == nil || s.configMap == nil || publication.Digest != s.snapshot.Encoded.Digest {
			continue
		}
		data, err := s.data(publication)
		if err != nil || configmap.HasData(s.configMap, data) {
			return publication, data, err
		}
	}
	return nil, nil, nil
}

// unreported returns what the ConfigMap publishes if a process that ended, or another that leads, may have published it without
// reporting it in the status.
func (s *state) unreported() *v1alpha1.Publication {
	if s.configMap == nil {
		return nil
	}
	read, last := configmap.Read(s.configMap), int64(0)
	if known := s.last(); known != nil {
		last = known.Revision
	}
	if read == nil || read.Revision <= last || read.Revision > last+maxLead {
		return nil
	}
	return read
}

// next returns a new publication. Its revision is above every one that readers may have seen, except for those that are forged:
// readers follow what stands. Beyond the greatest revision, the count starts again.
func (s *state) next(now time.Time) (*v1alpha1.Publication, map[string]string, error) {
	last := int64(0)
	if known := s.last(); known != nil {
		last = known.Revision
	}
	if ahead := s.unreported(); ahead != nil {
		last = ahead.Revision
	}
	if last >= document.MaxRevision {
		last = 0
	}
	next := &v1alpha1.Publication{
		ConfigMapName: configmap.Name(s.organization.Name),
		Revision:      last + 1,
		Digest:        s.snapshot.Encoded.Digest,
		Bytes:         int64(s.snapshot.Encoded.Bytes),
		PublishTime:   metav1.NewTime(now.UTC().Truncate(time.Second)),
	}
	data, err := s.data(next)
	return next, data, err
}

func (s *state) data(publication *v1alpha1.Publication) (map[string]string, error) {
	return s.snapshot.Encoded.Data(string(s.organization.UID), publication.Revision, publication.PublishTime.Time)
}
