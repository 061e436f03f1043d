// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
)

// sources is how many applications follow each organization with the SDK.
const sources = 2

// watchers ask all the time what is not to be, and note what was wrong.
type watchers struct {
	cluster *cluster
	sources map[*organization][]*permissions.Source

	mutex sync.Mutex
	wrong []string
	// asked counts questions that were answered.
	asked int
}

// startWatchers follows organizations until the test ends.
func (c *cluster) startWatchers(t *testing.T, organizations []*organization) *watchers {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", c.readerWire.kubeconfig(t, c.plane.Admin.Kubeconfig))
	c.check(err)
	w := &watchers{cluster: c, sources: map[*organization][]*permissions.Source{}}
	ctx, halt := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, o := range organizations {
		for i := range sources {
			source := permissions.NewSource(permissions.WithOrganization(o.key.Namespace, o.key.Name))
			feeder, err := apisource.ForConfig(rest.CopyConfig(config), o.key.Namespace, o.key.Name, source)
			c.check(err)
			w.sources[o] = append(w.sources[o], source)
			running.Go(func() { _ = feeder.Run(ctx) })
			running.Go(func() { w.watch(ctx, o, fmt.Sprintf("source %d", i), 50*time.Millisecond, w.bySource(o, source)) })
		}
		running.Go(func() {
			w.watch(ctx, o, "the decision service", time.Second, func() ([]bool, error) { return c.answers(ctx, o) })
		})
	}
	t.Cleanup(func() {
		halt()
		running.Wait()
	})
	return w
}

// bySource asks a source, once it has something.
func (w *watchers) bySource(o *organization, source *permissions.Source) func() ([]bool, error) {
	return func() ([]bool, error) {
		if source.State().Revision == 0 {
			return nil, fmt.Errorf("nothing has been read")
		}
		return ask((*engine.Index)(source.Index()), o.questions), nil
	}
}

// watch asks again and again.
func (w *watchers) watch(ctx context.Context, o *organization, reader string, every time.Duration, answers func() ([]bool, error)) {
	for ctx.Err() == nil {
		window := o.history.window()
		if got, err := answers(); err == nil {
			err := o.history.check(window, got)
			w.mutex.Lock()
			w.asked += len(got)
			if err != nil && len(w.wrong) < 20 {
				w.wrong = append(w.wrong, fmt.Sprintf("%s: %s, %s: %v", time.Now().Format(time.TimeOnly), o.key, reader, err))
			}
			w.mutex.Unlock()
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
		}
	}
}

// seen is what the readers of an organization have now.
func (w *watchers) seen(ctx context.Context, o *organization) []seen {
	var all []seen
	for i, source := range w.sources[o] {
		state := source.State()
		all = append(all, seen{
			reader: fmt.Sprintf("source %d", i), revision: state.Revision, digest: state.Digest,
			answers: ask((*engine.Index)(source.Index()), o.questions),
		})
	}
	answers, err := w.cluster.answers(ctx, o)
	return append(all, seen{reader: "the decision service", revision: all[0].revision, answers: answers, err: err})
}

// writeEvaluations writes all requests of all questions as one of AuthZEN.
func (o *organization) writeEvaluations(to io.Writer) error {
	var body struct {
		Evaluations []access.Request `json:"evaluations"`
	}
	for i := range o.questions {
		body.Evaluations = append(body.Evaluations, o.questions[i].requests...)
	}
	return json.NewEncoder(to).Encode(body)
}

// readEvaluations reads the answers to that.
func (o *organization) readEvaluations(text []byte) ([]bool, error) {
	var body struct {
		Evaluations []struct {
			Decision bool            `json:"decision"`
			Context  json.RawMessage `json:"context"`
		} `json:"evaluations"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&body); err != nil {
		return nil, err
	}
	answers, at := make([]bool, len(o.questions)), 0
	for i := range o.questions {
		for range o.questions[i].requests {
			if at == len(body.Evaluations) {
				return nil, fmt.Errorf("%d evaluations are answered", at)
			}
			answers[i] = answers[i] || body.Evaluations[at].Decision
			at++
		}
	}
	return answers, nil
}
