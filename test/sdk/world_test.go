// SPDX-License-Identifier: Apache-2.0

package sdk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const organization = "library"

// library is a document in which some users may read.
func library(namespace string, readers ...string) *document.Document {
	doc := &document.Document{
		Schema: document.Schema, Namespace: namespace, Organization: organization, Catalog: "library",
		Permissions: map[string]document.Permission{"read": {}}, Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{"reader": {Permissions: map[string][]document.Alternative{"read": {{}}}}},
		Users: map[string]document.User{},
	}
	for _, reader := range readers {
		doc.Users[reader] = document.User{Grants: []document.Grant{{Role: "reader", Scope: document.Scope{Everywhere: true}}}}
	}
	return doc
}

// publication is one state as it is to lie in ConfigMaps: the index's data, and those of shards by name.
type publication struct {
	document.Publication
	// in is the namespace that the ConfigMaps are written to.
	in     string
	inline map[string]string
	shards map[string]string
}

func published(doc *document.Document, uid string, revision int64) *publication {
	return &publication{Publication: document.Publication{
		Schema: document.PublicationSchema, Namespace: doc.Namespace, Organization: doc.Organization, UID: uid, Revision: revision,
	}, in: doc.Namespace, inline: map[string]string{}, shards: map[string]string{}}
}

// whole puts the document beside its index.
func whole(doc *document.Document, uid string, revision int64) *publication {
	GinkgoHelper()
	p := published(doc, uid, revision)
	text, err := publish.Text(doc)
	Expect(err).NotTo(HaveOccurred())
	p.inline[document.DocumentKey] = string(text)
	p.Parts = []document.Part{{Name: document.DocumentKey, Digest: document.Digest(text), Bytes: len(text)}}
	return p
}

// sharded puts each user into a ConfigMap of its own, and all else into another.
func sharded(doc *document.Document, uid string, revision int64) *publication {
	GinkgoHelper()
	p := published(doc, uid, revision)
	base := *doc
	base.Users = nil
	p.shard(base)
	for id, user := range doc.Users {
		p.shard(map[string]map[string]document.User{"users": {id: user}})
	}
	return p
}

func (p *publication) shard(fragment any) {
	GinkgoHelper()
	text, err := json.Marshal(fragment)
	Expect(err).NotTo(HaveOccurred())
	digest := document.Digest(text)
	name := organization + document.ConfigMapSuffix + "-" + digest[len("sha256:"):][:32]
	p.Parts = append(p.Parts, document.Part{ConfigMap: name, Name: document.PartKey, Digest: digest, Bytes: len(text)})
	p.shards[name] = string(text)
}

// write writes the shards and then the index.
func (p *publication) write(ctx context.Context) {
	GinkgoHelper()
	for name, text := range p.shards {
		put(ctx, p.in, name, map[string]string{document.PartKey: text})
	}
	p.writeIndex(ctx)
}

func (p *publication) writeIndex(ctx context.Context) {
	GinkgoHelper()
	index, err := json.Marshal(p.Publication)
	Expect(err).NotTo(HaveOccurred())
	data := map[string]string{document.PublicationKey: string(index)}
	maps.Copy(data, p.inline)
	put(ctx, p.in, indexName, data)
}

const indexName = organization + document.ConfigMapSuffix

// put writes a ConfigMap, whether or not it is there.
func put(ctx context.Context, namespace, name string, data map[string]string) {
	GinkgoHelper()
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
	_, err := api.CoreV1().ConfigMaps(namespace).Create(ctx, configMap, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = api.CoreV1().ConfigMaps(namespace).Update(ctx, configMap, metav1.UpdateOptions{})
	}
	Expect(err).NotTo(HaveOccurred())
}

func remove(ctx context.Context, namespace, name string) {
	GinkgoHelper()
	Expect(api.CoreV1().ConfigMaps(namespace).Delete(ctx, name, metav1.DeleteOptions{})).To(Succeed())
}

func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	namespace, err := api.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "sdk-"}}, metav1.CreateOptions{})
	Expect(err).NotTo(HaveOccurred())
	return namespace.Name
}

// feed runs a feeder until the spec ends.
func feed(config *rest.Config, namespace string, options ...permissions.SourceOption) *permissions.Source {
	GinkgoHelper()
	source := permissions.NewSource(append(options, permissions.WithOrganization(namespace, organization))...)
	feeder, err := apisource.ForConfig(config, namespace, organization, source)
	Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- feeder.Run(ctx) }()
	DeferCleanup(func() {
		cancel()
		Eventually(ended).Should(Receive(Succeed()))
	})
	return source
}

// readers are those of some users who may read.
func readers(source *permissions.Source) []string {
	var found []string
	for _, id := range []string{"ann", "ben", "cem"} {
		if source.Index().Check(&permissions.Request{
			Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: id}, Action: permissions.Action{Name: "read"},
		}) {
			found = append(found, id)
		}
	}
	return found
}

// reach waits until the source has a revision.
func reach(ctx context.Context, source *permissions.Source, revision int64) {
	GinkgoHelper()
	_, err := source.AtLeast(ctx, revision)
	Expect(err).NotTo(HaveOccurred(), func() string { return fmt.Sprintf("%+v", source.State()) })
}
