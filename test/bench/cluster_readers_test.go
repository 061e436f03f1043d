// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// crowd is how many readers watch, and on how many nodes the ConfigMap is mounted.
	crowd = 200
	// crowdUsers bounds the users of all their indexes together: they are in the memory of this process.
	crowdUsers = 2_000_000
	// mountable is for how many users the document of the benchmark fits into one ConfigMap.
	mountable = 1000
)

// fanOut measures what the API server sends for one user's change to many readers that watch, and to the kubelets of as many nodes on which
// the ConfigMap is mounted. Readers of a large organization are fewer: each gets the same.
func (r *clusterRun) fanOut() {
	r.Helper()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	readers := make([]*permissions.Source, min(crowd, crowdUsers/r.users))
	var toReaders, toKubelets atomic.Int64
	for i := range readers {
		readers[i] = permissions.NewSource()
		feeder, err := apisource.ForConfig(counted(r.config, &toReaders), "bench", "bench", readers[i])
		r.check(err)
		r.run(ctx, cancel, feeder.Run)
	}
	for _, reader := range readers {
		_, err := reader.AtLeast(ctx, 1)
		r.check(err)
	}
	var kubelets sync.WaitGroup
	defer kubelets.Wait()
	defer cancel()
	for range crowd {
		r.watchAsKubelet(ctx, &kubelets, &toKubelets)
	}
	measure := func(i int, form string) {
		r.Helper()
		time.Sleep(calm)
		toReaders.Store(0)
		toKubelets.Store(0)
		reached, _ := r.median(1, readers, func(int) client.Object {
			assignment := &v1alpha1.UserAssignment{}
			r.get("user-000500", assignment)
			assignment.Spec.Grants[0].Scope.Units = []v1alpha1.Name{v1alpha1.Name(fmt.Sprintf("division-%d", i))}
			return assignment
		})
		time.Sleep(calm)
		each := float64(toReaders.Load()) / float64(len(readers))
		r.set("one user's change"+form+", KB to a watching reader", "", "%.0f", each/1e3)
		r.set(fmt.Sprintf("one user's change%s, MB to %d of them", form, crowd), "", "%.1f", each*crowd/1e6)
		r.set(fmt.Sprintf("one user's change%s, ms until %d of them have it", form, len(readers)), "", "%d", reached.Milliseconds())
		r.set(fmt.Sprintf("one user's change%s, MB to the kubelets of %d mounted volumes", form, crowd), "", "%.1f",
			float64(toKubelets.Load())/1e6)
	}
	measure(3, "")
	if r.users > mountable {
		return
	}
	revision := readers[0].State().Revision
	organization := &v1alpha1.Organization{}
	r.get("bench", organization)
	organization.Spec.Publishing = &v1alpha1.Publishing{Form: v1alpha1.PublishingFormOneConfigMap}
	r.check(r.api.Update(ctx, organization))
	for _, reader := range readers {
		_, err := reader.AtLeast(ctx, revision+1)
		r.check(err)
	}
	measure(4, " in one ConfigMap")
}

// counted returns a configuration of clients that count the bytes of the answers that they read.
func counted(config *rest.Config, bytes *atomic.Int64) *rest.Config {
	counting := rest.CopyConfig(config)
	counting.Wrap(func(next http.RoundTripper) http.RoundTripper { return byteCounter{next, bytes} })
	return counting
}

type byteCounter struct {
	next  http.RoundTripper
	bytes *atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (c byteCounter) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(request)
	if err == nil {
		response.Body = countedBody{response.Body, c.bytes}
	}
	return response, err
}

type countedBody struct {
	io.ReadCloser
	bytes *atomic.Int64
}

// Read implements io.Reader.
func (b countedBody) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	b.bytes.Add(int64(n))
	return n, err
}

// watchAsKubelet watches the one ConfigMap that a pod mounts, as a kubelet does on each node.
func (c *cluster) watchAsKubelet(ctx context.Context, running *sync.WaitGroup, bytes *atomic.Int64) {
	c.Helper()
	asked, err := rest.HTTPClientFor(counted(c.config, bytes))
	c.check(err)
	mounted := &corev1.ConfigMap{}
	c.check(c.api.Get(ctx, client.ObjectKey{Namespace: "bench", Name: "bench" + document.ConfigMapSuffix}, mounted))
	query := url.Values{
		"watch": {"true"}, "fieldSelector": {"metadata.name=" + mounted.Name}, "resourceVersion": {mounted.ResourceVersion},
	}
	address := strings.TrimSuffix(c.config.Host, "/") + "/api/v1/namespaces/bench/configmaps?" + query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	c.check(err)
	request.Header.Set("Accept", "application/vnd.kubernetes.protobuf;stream=watch")
	response, err := asked.Do(request)
	c.check(err)
	if response.StatusCode != http.StatusOK {
		c.Fatalf("watching a ConfigMap: %s", response.Status)
	}
	running.Go(func() {
		defer func() { _ = response.Body.Close() }()
		_, _ = io.Copy(io.Discard, response.Body)
	})
}
