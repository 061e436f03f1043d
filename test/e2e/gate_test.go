// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// gate is a way to the API server that ends within one of the writes that pass it: whoever sent that one hears no more of
// it, whether or not the API server did what it says.
type gate struct {
	server *httptest.Server
	// reached is closed when the write is at the gate, or through it and answered.
	reached chan struct{}
}

// errClosed is what the gate says of the write that ends it, to nobody.
var errClosed = errors.New("the gate is closed")

// newGate opens a gate that closes at a write, before it or behind it, and lets none through after that. Leases pass it
// uncounted.
func newGate(last int64, answered bool) *gate {
	GinkgoHelper()
	config, err := clientcmd.BuildConfigFromFlags("", managerKubeconfig)
	Expect(err).NotTo(HaveOccurred())
	transport, err := rest.TransportFor(config)
	Expect(err).NotTo(HaveOccurred())
	target, err := url.Parse(config.Host)
	Expect(err).NotTo(HaveOccurred())

	g := &gate{reached: make(chan struct{})}
	var writes atomic.Int64
	proxy := &httputil.ReverseProxy{
		Rewrite:      func(request *httputil.ProxyRequest) { request.SetURL(target) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		Transport: roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.Method == http.MethodGet || strings.Contains(request.URL.Path, "/leases") {
				return transport.RoundTrip(request)
			}
			switch write := writes.Add(1); {
			case write < last:
				return transport.RoundTrip(request)
			case write > last:
				return nil, errClosed
			}
			defer close(g.reached)
			if answered {
				if response, err := transport.RoundTrip(request); err == nil {
					_ = response.Body.Close()
				}
			}
			return nil, errClosed
		}),
	}
	g.server = httptest.NewServer(proxy)
	DeferCleanup(func() {
		g.server.CloseClientConnections()
		g.server.Close()
	})
	return g
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// kubeconfig is the path of one that leads to the gate, where one need not say who one is.
func (g *gate) kubeconfig() string {
	GinkgoHelper()
	config := clientcmdapi.NewConfig()
	config.Clusters["gate"] = &clientcmdapi.Cluster{Server: g.server.URL}
	config.Contexts["gate"] = &clientcmdapi.Context{Cluster: "gate"}
	config.CurrentContext = "gate"
	path := filepath.Join(GinkgoT().TempDir(), "gate.kubeconfig")
	Expect(clientcmd.WriteToFile(*config, path)).To(Succeed())
	return path
}
