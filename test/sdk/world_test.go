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

	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
)

const organization = "library"

// library is a document in which some users may read.
func library(namespace string, readers ...string) *permissions.Document {
	document := &permissions.Document{
		Schema: permissions.SchemaV1, Namespace: namespace, Organization: organization, Catalog: "library",
		Permissions: map[string]permissions.Permission{"read": {}}, Units: map[string]permissions.Unit{"main": {}},
		Roles: map[string]permissions.Role{"reader": {Permissions: map[string][]permissions.Alternative{"read": {{}}}}},
		Users: map[string]permissions.User{},
	}
	for _, reader := range readers {
		document.Users[reader] = permissions.User{Grants: []permissions.Grant{{Role: "reader", Scope: permissions.Scope{Everywhere: true}}}}
	}
	return document
}

// publication is one state as it is to lie in ConfigMaps: the index's data, and those of shards by name.
type publication struct {
	permissions.Publication
	// in is the namespace that the ConfigMaps are written to.
	in     string
	inline map[string]string
	shards map[string]string
}

func published(document *permissions.Document, uid string, revision int64) *publication {
	return &publication{Publication: permissions.Publication{
		Schema: permissions.PublicationSchemaV1, Namespace: document.Namespace, Organization: document.Organization, UID: uid, Revision: revision,
	}, in: document.Namespace, inline: map[string]string{}, shards: map[string]string{}}
}

// whole puts the document beside its index.
func whole(document *permissions.Document, uid string, revision int64) *publication {
	GinkgoHelper()
	p := published(document, uid, revision)
	text, err := document.Encode()
	Expect(err).NotTo(HaveOccurred())
	p.inline[permissions.DocumentKey] = string(text)
	p.Parts = []permissions.Part{{Name: permissions.DocumentKey, Digest: permissions.Digest(text), Bytes: len(text)}}
	return p
}

// sharded puts each user into a ConfigMap of its own, and all else into another.
func sharded(document *permissions.Document, uid string, revision int64) *publication {
	GinkgoHelper()
	p := published(document, uid, revision)
	base := *document
	base.Users = nil
	p.shard(base)
	for id, user := range document.Users {
		p.shard(map[string]map[string]permissions.User{"users": {id: user}})
	}
	return p
}

func (p *publication) shard(fragment any) {
	GinkgoHelper()
	text, err := json.Marshal(fragment)
	Expect(err).NotTo(HaveOccurred())
	digest := permissions.Digest(text)
	name := organization + permissions.ConfigMapSuffix + "-" + digest[len("sha256:"):][:32]
	p.Parts = append(p.Parts, permissions.Part{ConfigMap: name, Name: permissions.PartKey, Digest: digest, Bytes: len(text)})
	p.shards[name] = string(text)
}

// write writes the shards and then the index.
func (p *publication) write(ctx context.Context) {
	GinkgoHelper()
	for name, text := range p.shards {
		put(ctx, p.in, name, map[string]string{permissions.PartKey: text})
	}
	p.writeIndex(ctx)
}

func (p *publication) writeIndex(ctx context.Context) {
	GinkgoHelper()
	index, err := json.Marshal(p.Publication)
	Expect(err).NotTo(HaveOccurred())
	data := map[string]string{permissions.PublicationKey: string(index)}
	maps.Copy(data, p.inline)
	put(ctx, p.in, indexName, data)
}

const indexName = organization + permissions.ConfigMapSuffix

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
