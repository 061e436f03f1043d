// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ConfigMap reads the ConfigMap in which the organization is published.
func (w *World) ConfigMap() *corev1.ConfigMap {
	ginkgo.GinkgoHelper()
	configMap, err := w.configMap()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return configMap
}

func (w *World) configMap() (*corev1.ConfigMap, error) {
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: w.Namespace, Name: w.Organization + document.ConfigMapSuffix}
	return configMap, w.API.Get(w.Ctx, key, configMap)
}

// publication reads the index of what is published, and the ConfigMap that it is in.
func (w *World) publication() (*document.Publication, *corev1.ConfigMap, error) {
	configMap, err := w.configMap()
	if err != nil {
		return nil, nil, err
	}
	publication, err := document.ParsePublication([]byte(configMap.Data[document.PublicationKey]))
	return publication, configMap, err
}

// Read reads what is published, with all its shards, as an application does.
func (w *World) Read() (*document.Publication, *document.Document) {
	ginkgo.GinkgoHelper()
	publication, read, err := w.read()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return publication, read
}

func (w *World) read() (*document.Publication, *document.Document, error) {
	publication, configMap, err := w.publication()
	if err != nil {
		return nil, nil, err
	}
	assembled, err := publication.Assemble(func(part document.Part) ([]byte, error) {
		if part.ConfigMap == "" {
			return []byte(configMap.Data[part.Name]), nil
		}
		shard := &corev1.ConfigMap{}
		err := w.API.Get(w.Ctx, client.ObjectKey{Namespace: w.Namespace, Name: part.ConfigMap}, shard)
		return []byte(shard.Data[part.Name]), err
	})
	return publication, assembled, err
}

// Publication reads the index of what is published.
func (w *World) Publication() *document.Publication {
	ginkgo.GinkgoHelper()
	publication, _, err := w.publication()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return publication
}

// Index reads what is published and makes it ready to decide, by the world's clock if no other is given.
func (w *World) Index(options ...engine.Option) *engine.Index {
	ginkgo.GinkgoHelper()
	_, read := w.Read()
	if w.Clock != nil {
		options = append([]engine.Option{engine.WithClock(w.Clock.Now)}, options...)
	}
	index, err := engine.NewIndex(read, options...)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return index
}

// Question parses "user permission unit", with further properties of the resource as name=value.
func Question(text string) *access.Request {
	words := strings.Fields(text)
	properties := map[string]any{access.PropertyUnit: words[2]}
	for _, property := range words[3:] {
		name, value, _ := strings.Cut(property, "=")
		properties[name] = value
	}
	return &access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: words[0]},
		Action:   access.Action{Name: words[1]},
		Resource: access.Resource{Type: "thing", ID: "1", Properties: properties},
	}
}

// May decides a question by what is published now, whether or not that contains the latest changes.
func (w *World) May(question string) bool {
	ginkgo.GinkgoHelper()
	return w.Index().Check(Question(question))
}

// MayAt decides a question like May, but at another moment.
func (w *World) MayAt(moment time.Time, question string) bool {
	ginkgo.GinkgoHelper()
	return w.Index(engine.WithClock(func() time.Time { return moment })).Check(Question(question))
}

// Yes waits until every change is published, and expects that each question is then answered with yes.
func (w *World) Yes(questions ...string) {
	ginkgo.GinkgoHelper()
	w.decide(true, questions)
}

// No waits until every change is published, and expects that each question is then answered with no.
func (w *World) No(questions ...string) {
	ginkgo.GinkgoHelper()
	w.decide(false, questions)
}

func (w *World) decide(want bool, questions []string) {
	ginkgo.GinkgoHelper()
	if len(questions) == 0 {
		return
	}
	w.Settled()
	index := w.Index()
	for _, question := range questions {
		gomega.Expect(index.Check(Question(question))).To(gomega.Equal(want), question)
	}
}

// Settled waits until what is published contains every object of the cluster as it is now, to the byte, in whichever form. Where
// nothing can be published, there is nothing to wait for, and it fails the spec.
func (w *World) Settled() {
	ginkgo.GinkgoHelper()
	resolved := w.resolve()
	gomega.Expect(resolved.Digest()).NotTo(gomega.BeEmpty(), "the organization cannot be published: ask with May what stays published")
	var want []string
	for _, form := range []publish.Form{publish.OneConfigMap, publish.InShards} {
		encoded, err := publish.DefaultLimits().In(form, publish.Standing{}).Encode(resolved.Resolution.Document)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
		want = append(want, encoded.Digest)
	}
	gomega.Eventually(func() (string, error) {
		publication, _, err := w.publication()
		if err != nil {
			return "", client.IgnoreNotFound(err)
		}
		return publication.Digest(), nil
	}).Should(gomega.BeElementOf(want))
}
