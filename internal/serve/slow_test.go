// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// run serves an organization of nobody on loopback until the test ends.
func run(t *testing.T, options *Options) (address string) {
	t.Helper()
	index, err := engine.NewIndex(&document.Document{Schema: document.Schema})
	if err != nil {
		t.Fatal(err)
	}
	key := tenants.Key{Namespace: "shop", Organization: "acme"}
	options.Registry, options.Log = tenants.NewRegistry(), logr.Discard()
	options.Registry.Put(tenants.NewStatic(key, index, time.Now()))
	options.Registry.FixRoot(key)
	options.Metrics = metrics.New(options.Registry)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- New(*options).Run(ctx, Listeners{API: listener}) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Logf("the service ended: %v", err)
		}
	})
	return listener.Addr().String()
}

// TestSlowConnectionsStarveNobody: more connections than places send one byte of a body, and others are answered meanwhile.
func TestSlowConnectionsStarveNobody(t *testing.T) {
	const places, slow = 8, 64
	address := run(t, &Options{MaxInFlight: places, Timeouts: Timeouts{Read: time.Minute, Shutdown: time.Millisecond}})
	for range slow {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		_, _ = fmt.Fprintf(connection, "POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+
			"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n")
		// The service asks for the body once it reads it.
		if line, err := bufio.NewReader(connection).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatalf("%q, %v", line, err)
		}
		_, _ = connection.Write([]byte("{"))
	}
	const body = `{"subject":{"type":"user","id":"a"},"action":{"name":"b"},"resource":{"type":"c","id":"d"}}`
	for range 2 * places {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/access/v1/evaluation", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("among %d slow connections a request is answered %s", slow, answer.Status)
		}
	}
}
