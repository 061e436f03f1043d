// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// fetchTimeout bounds the reading of one part.
const fetchTimeout = 30 * time.Second

// Feeder offers what is published for one organization to a source.
type Feeder struct {
	configMaps corev1client.ConfigMapInterface
	namespace  string
	name       string
	source     *permissions.Source
	parts      parts
	// taken is the publication that the source took last.
	taken *document.Publication
}

// New returns a feeder of a source. Clients limit their own requests unless they are told not to, five a second by default:
// an organization of 100,000 users has about a hundred parts, so give the client a higher limit, or use ForConfig.
func New(client corev1client.ConfigMapsGetter, namespace, organization string, source *permissions.Source) *Feeder {
	return &Feeder{
		configMaps: client.ConfigMaps(namespace), namespace: namespace, name: organization + document.ConfigMapSuffix,
		source: source, parts: parts{},
	}
}

// ForConfig returns a feeder with a client of its own, which leaves it to the API server to limit requests.
func ForConfig(config *rest.Config, namespace, organization string, source *permissions.Source) (*Feeder, error) {
	unlimited := rest.CopyConfig(config)
	unlimited.QPS = -1
	client, err := corev1client.NewForConfig(unlimited)
	if err != nil {
		return nil, err
	}
	return New(client, namespace, organization, source), nil
}

// Update offers the source what a ConfigMap publishes, and reads those further ConfigMaps that the source asks for and that
// were not read before. It is what Run does with each state that it sees; who watches many ConfigMaps at once calls it
// instead of Run, one call at a time.
func (f *Feeder) Update(ctx context.Context, configMap *corev1.ConfigMap) error {
	index, present := configMap.Data[document.PublicationKey]
	if !present {
		err := fmt.Errorf("ConfigMap %s/%s has no key %s: it is no publication", f.namespace, f.name, document.PublicationKey)
		f.source.SetError(err)
		return err
	}
	err := f.source.Update([]byte(index), func(part document.Part) ([]byte, error) {
		if part.ConfigMap != "" {
			return f.fetch(ctx, part)
		}
		text, present := configMap.Data[part.Name]
		if !present {
			return nil, fmt.Errorf("ConfigMap %s/%s has no such key", f.namespace, f.name)
		}
		return []byte(text), nil
	})
	if publication, invalid := document.ParsePublication([]byte(index)); invalid == nil {
		if err == nil {
			f.taken = publication
		}
		f.parts.keep(f.taken, publication)
	}
	return err
}

// fetch reads a part that lies in a ConfigMap of its own, once.
func (f *Feeder) fetch(ctx context.Context, part document.Part) ([]byte, error) {
	if text, known := f.parts.get(part.Digest); known {
		return text, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	configMap, err := f.configMaps.Get(ctx, part.ConfigMap, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	text, present := configMap.Data[part.Name]
	if !present {
		return nil, fmt.Errorf("ConfigMap %s/%s has no such key", f.namespace, part.ConfigMap)
	}
	// What is damaged must not stay: it is read again when it has been repaired.
	if document.Digest([]byte(text)) == part.Digest {
		f.parts.put(part.Digest, []byte(text))
	}
	return []byte(text), nil
}
