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

// cutProxy is a proxy to the API server that cuts the connection during one of the writes that pass it: the client never
// receives the answer, whether or not the API server processed the write.
type cutProxy struct {
	server *httptest.Server
	// reached is closed when the write is at the proxy, or has been answered by the API server.
	reached chan struct{}
}

// errCut ends a write; no client sees it.
var errCut = errors.New("the proxy has cut the connection")

// newCutProxy starts a proxy that cuts the connection at a write, before or after the API server processes it, and lets no write
// through after that. Only writes whose path has a part count, all if it is empty, and none of leases.
func newCutProxy(counted string, last int64, answered bool) *cutProxy {
	GinkgoHelper()
	config, err := clientcmd.BuildConfigFromFlags("", managerKubeconfig)
	Expect(err).NotTo(HaveOccurred())
	transport, err := rest.TransportFor(config)
	Expect(err).NotTo(HaveOccurred())
	target, err := url.Parse(config.Host)
	Expect(err).NotTo(HaveOccurred())

	g := &cutProxy{reached: make(chan struct{})}
	var writes atomic.Int64
	proxy := &httputil.ReverseProxy{
		Rewrite:      func(request *httputil.ProxyRequest) { request.SetURL(target) },
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		Transport: roundTrip(func(request *http.Request) (*http.Response, error) {
			if request.Method == http.MethodGet || strings.Contains(request.URL.Path, "/leases") {
				return transport.RoundTrip(request)
			}
			write := writes.Load()
			if counts := strings.Contains(request.URL.Path, counted); counts || write >= last {
				write = writes.Add(1)
			}
			switch {
			case write < last:
				return transport.RoundTrip(request)
			case write > last:
				return nil, errCut
			}
			defer close(g.reached)
			if answered {
				if response, err := transport.RoundTrip(request); err == nil {
					_ = response.Body.Close()
				}
			}
			return nil, errCut
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

// kubeconfig returns the path of a kubeconfig for the proxy, which adds the credentials.
func (g *cutProxy) kubeconfig() string {
	GinkgoHelper()
	config := clientcmdapi.NewConfig()
	config.Clusters["proxy"] = &clientcmdapi.Cluster{Server: g.server.URL}
	config.Contexts["proxy"] = &clientcmdapi.Context{Cluster: "proxy"}
	config.CurrentContext = "proxy"
	path := filepath.Join(GinkgoT().TempDir(), "proxy.kubeconfig")
	Expect(clientcmd.WriteToFile(*config, path)).To(Succeed())
	return path
}
