// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/go-logr/logr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/kubernetes"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/serve/fromcluster"
	"github.com/rolewright/rolewright/internal/serve/fromdirectory"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/dirsource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/clustertest"
)

// readerOf returns what a reader has now: its revision, and the index that decides; nil if it serves nothing.
type readerOf func() (revision int64, index *permissions.Index)

// readers follow what is published for a world until the spec ends, in every way that there is. Those of a mounted volume are
// left out of a world whose document is in shards: a volume holds none.
func (w *world) readers(mounted bool) map[string]readerOf {
	GinkgoHelper()
	ctx, cancel := context.WithCancel(context.Background())
	DeferCleanup(cancel)
	found := map[string]readerOf{"a watch": w.watched(ctx), "the service of the cluster": w.served(ctx)}
	if mounted {
		found["a volume"] = w.volume(ctx, w.mount(ctx))
	}
	return found
}

func ofSource(source *permissions.Source) readerOf {
	return func() (int64, *permissions.Index) { return source.State().Revision, source.Index() }
}

func (w *world) watched(ctx context.Context) readerOf {
	source := permissions.NewSource(permissions.WithClock(clock.Now))
	feeder, err := apisource.ForConfig(config, w.Namespace, organization, source)
	Expect(err).NotTo(HaveOccurred())
	go func() { _ = feeder.Run(ctx) }()
	return ofSource(source)
}

func (w *world) volume(ctx context.Context, directory string) readerOf {
	source := permissions.NewSource()
	go func() { _ = dirsource.New(directory, source).Run(ctx) }()
	return ofSource(source)
}

func (w *world) ofRegistry(registry *tenants.Registry) readerOf {
	return func() (int64, *permissions.Index) {
		tenant, served := registry.Get(tenants.Key{Namespace: w.Namespace, Organization: organization})
		if !served {
			return 0, nil
		}
		return tenant.Revision(), (*permissions.Index)(tenant.Index())
	}
}

func (w *world) served(ctx context.Context) readerOf {
	client, err := kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())
	registry := tenants.NewRegistry()
	follower, err := fromcluster.New(ctx, fromcluster.Options{Client: client, Namespace: w.Namespace, Registry: registry, Log: logr.Discard()})
	Expect(err).NotTo(HaveOccurred())
	go follower.Run(ctx)
	return w.ofRegistry(registry)
}

func (w *world) servedVolume(ctx context.Context, directory string) readerOf {
	registry := tenants.NewRegistry()
	follower, err := fromdirectory.New(fromdirectory.Options{Directory: directory, Registry: registry, Log: logr.Discard()})
	Expect(err).NotTo(HaveOccurred())
	go follower.Run(ctx)
	return w.ofRegistry(registry)
}

// mount keeps the ConfigMap in a directory, as the kubelet does: in one step, and the last state after it was deleted.
func (w *world) mount(ctx context.Context) string {
	directory := GinkgoT().TempDir()
	client, err := kubernetes.NewForConfig(config)
	Expect(err).NotTo(HaveOccurred())
	changes, ended := make(chan map[string]string, 100), make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	Expect(clustertest.WatchConfigMap(ctx, client, w.Namespace, organization+document.ConfigMapSuffix, changes)).To(Succeed())
	// The directory is removed once nothing writes to it.
	DeferCleanup(func() {
		cancel()
		<-ended
	})
	go func() {
		defer GinkgoRecover()
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case data := <-changes:
				Expect(swap(directory, fmt.Sprintf("..%d", i), data)).To(Succeed())
			}
		}
	}()
	return directory
}

// swap writes files into a folder of its own, and turns the link to it.
func swap(directory, folder string, files map[string]string) error {
	if err := os.Mkdir(filepath.Join(directory, folder), 0o750); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(directory, folder, name), []byte(text), 0o600); err != nil {
			return err
		}
		_ = os.Symlink(filepath.Join("..data", name), filepath.Join(directory, name))
	}
	next := filepath.Join(directory, "..next")
	if err := os.Symlink(folder, next); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(directory, "..data"))
}

// follow waits until every reader has the state that the organization's status names, which is that of the organization as it is,
// and until the condition Published says so; and expects the answers to questions.
func (w *world) follow(readers map[string]readerOf, yes, no []string) {
	GinkgoHelper()
	w.Settled()
	w.Published()
	Eventually(func(g Gomega) {
		clinic := w.Get("Organization/clinic").(*v1alpha1.Organization)
		published, publication := clinic.Status.Publication, w.Publication()
		g.Expect(published).NotTo(BeNil())
		g.Expect(published.Digest).To(Equal(publication.Digest()))
		g.Expect(published.Revision).To(Equal(publication.Revision))
		g.Expect(publication.UID).To(BeEquivalentTo(clinic.UID))
		for name, read := range maps.All(readers) {
			revision, index := read()
			g.Expect(index).NotTo(BeNil(), name)
			g.Expect(revision).To(Equal(published.Revision), name)
			for _, question := range yes {
				g.Expect(index.Check(clustertest.Question(question))).To(BeTrue(), name+": "+question)
			}
			for _, question := range no {
				g.Expect(index.Check(clustertest.Question(question))).To(BeFalse(), name+": "+question)
			}
		}
	}).Should(Succeed())
}
