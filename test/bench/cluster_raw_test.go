// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/test/bench"
)

// What the floor is measured with: as many connections and requests at the same time as the API server makes use of, and the
// bodies of so many requests made in advance.
const (
	rawConnections = 4
	rawRequests    = 32
	rawChunk       = 2000
)

// raw sends requests to an API server, and reads no more of an answer than its status. Nothing that does the same takes less.
type raw struct {
	server  string
	clients []*http.Client
	next    atomic.Int64
}

func newRaw(config *rest.Config) (*raw, error) {
	r := &raw{server: strings.TrimSuffix(config.Host, "/")}
	for range rawConnections {
		tls, err := rest.TLSConfigFor(config)
		if err != nil {
			return nil, err
		}
		r.clients = append(r.clients, &http.Client{Transport: &http.Transport{TLSClientConfig: tls, ForceAttemptHTTP2: true}})
	}
	return r, nil
}

// send sends a request. It returns an error for an answer other than success.
func (r *raw) send(ctx context.Context, method, path, contentType string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, r.server+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	response, err := r.clients[int(r.next.Add(1))%len(r.clients)].Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		message, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, message)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func (r *raw) close() {
	for _, each := range r.clients {
		each.CloseIdleConnections()
	}
}

// request is one of many of the same method.
type request struct {
	path string
	body []byte
}

// sendAll sends n requests, and returns what that took. Making them does not count.
func (c *cluster) sendAll(method, contentType string, n int, of func(i int) request) cost {
	c.Helper()
	sender, err := newRaw(c.config)
	c.check(err)
	defer sender.close()
	var took cost
	for first := 0; first < n; first += rawChunk {
		requests := make([]request, min(rawChunk, n-first))
		for i := range requests {
			requests[i] = of(first + i)
		}
		measured := newMeter()
		ctx, cancel := context.WithCancelCause(c.Context())
		workqueue.ParallelizeUntil(ctx, rawRequests, len(requests), func(i int) {
			if err := sender.send(ctx, method, requests[i].path, contentType, requests[i].body); err != nil {
				cancel(err)
			}
		})
		took.add(measured.read())
		err := context.Cause(ctx)
		cancel(nil)
		c.check(err)
	}
	return took
}

func assignmentsPath(namespace string) string {
	return fmt.Sprintf("/apis/%s/namespaces/%s/userassignments", v1alpha1.GroupVersion, namespace)
}

// createAssignments creates the assignments of an organization in a namespace.
func (c *cluster) createAssignments(namespace string, assignments []*v1alpha1.UserAssignment) cost {
	c.Helper()
	return c.sendAll(http.MethodPost, "application/json", len(assignments), func(i int) request {
		created := v1alpha1.UserAssignment{Spec: assignments[i].Spec}
		created.Namespace, created.Name = namespace, assignments[i].Name
		created.APIVersion, created.Kind = v1alpha1.GroupVersion.String(), "UserAssignment"
		return request{path: assignmentsPath(namespace), body: c.json(&created)}
	})
}

// applyStatuses applies the statuses that the manager would write to the assignments in a namespace.
func (c *cluster) applyStatuses(namespace string, users int) cost {
	c.Helper()
	members := bench.Members(users)
	published := &status.Outcome{Publication: &v1alpha1.Publication{ConfigMapName: "bench-permissions", Revision: 1}}
	view := status.NewView(snapshot.Build(benchKey, members), published, time.Now())
	view.SetDetail(members.Organization, status.DefaultDetailBound)
	return c.sendAll(http.MethodPatch, "application/apply-patch+yaml", users, func(i int) request {
		name := members.Assignments[i].Name
		body := c.json(map[string]any{
			"apiVersion": v1alpha1.GroupVersion.String(), "kind": "UserAssignment",
			"metadata": map[string]any{"namespace": namespace, "name": name},
			"status":   view.Assignment(members.Assignments[i]),
		})
		return request{path: fmt.Sprintf("%s/%s/status?fieldManager=rolewright&force=true", assignmentsPath(namespace), name), body: body}
	})
}

// deleteAssignments deletes all assignments in a namespace.
func (c *cluster) deleteAssignments(namespace string) time.Duration {
	c.Helper()
	began := time.Now()
	for left := c.countAssignments(namespace); left > 0; {
		// Of many, the API server deletes as many as it can until the request times out.
		err := c.api.DeleteAllOf(c.Context(), &v1alpha1.UserAssignment{}, client.InNamespace(namespace))
		before := left
		if left = c.countAssignments(namespace); left == before {
			c.Fatalf("%d assignments are not deleted: %v", left, err)
		}
	}
	return time.Since(began)
}

// countAssignments returns how many assignments are in a namespace.
func (c *cluster) countAssignments(namespace string) int64 {
	c.Helper()
	list := &v1alpha1.UserAssignmentList{}
	c.check(c.api.List(c.Context(), list, client.InNamespace(namespace), client.Limit(1)))
	return int64(len(list.Items)) + ptr.Deref(list.RemainingItemCount, 0)
}

func (c *cluster) json(object any) []byte {
	c.Helper()
	text, err := json.Marshal(object)
	c.check(err)
	return text
}
