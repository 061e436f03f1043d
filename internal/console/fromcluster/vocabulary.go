// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

// vocabularies are those of the namespaces whose users may not read catalogs and platform roles. Their rights let them get the ConfigMap,
// and neither list nor watch it.
type vocabularies map[string]*published

// published is what the manager publishes in a namespace.
type published struct {
	version string
	known   *vocabulary.Vocabulary
	// err is why it cannot be read.
	err error
}

// of returns the vocabulary of a namespace. It is read if it never was.
func (v vocabularies) of(ctx context.Context, reader client.Reader, namespace string) (*vocabulary.Vocabulary, error) {
	if v[namespace] == nil {
		v[namespace] = read(ctx, reader, namespace, nil)
	}
	return v[namespace].known, v[namespace].err
}

// refresh reads all of them again, and reports whether one has changed.
func (v vocabularies) refresh(ctx context.Context, reader client.Reader) (changed bool) {
	for namespace, before := range v {
		now := read(ctx, reader, namespace, before)
		changed = changed || now.version != before.version || text(now.err) != text(before.err)
		v[namespace] = now
	}
	return changed
}

// keep forgets the vocabularies of all but some namespaces.
func (v vocabularies) keep(namespaces map[string]struct{}) {
	for namespace := range v {
		if _, kept := namespaces[namespace]; !kept {
			delete(v, namespace)
		}
	}
}

// read reads the vocabulary of a namespace. One that the API server does not return for a while stays.
func read(ctx context.Context, reader client.Reader, namespace string, before *published) *published {
	configMap := &corev1.ConfigMap{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: vocabulary.Name}, configMap)
	switch {
	case apierrors.IsForbidden(err):
		return &published{err: err}
	case apierrors.IsNotFound(err):
		return &published{err: texts.NoVocabulary(namespace, vocabulary.Name)}
	case err != nil && before != nil && before.known != nil:
		return before
	case err != nil:
		return &published{err: err}
	case before != nil && before.version == configMap.ResourceVersion:
		return before
	}
	known, err := vocabulary.Read(configMap)
	if err != nil {
		err = texts.OfNamespace(namespace, err)
	}
	return &published{version: configMap.ResourceVersion, known: known, err: err}
}
