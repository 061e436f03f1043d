// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestIsOwnHost: a name is the service's if its certificate is for it, and an address if the connection came to it.
func TestIsOwnHost(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler()) // its certificate is for example.com, 127.0.0.1 and ::1
	t.Cleanup(server.Close)
	certificate := server.TLS.Certificates[0]
	secure := &Server{options: Options{TLS: &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return &certificate, nil
	}}}}
	plain := &Server{}
	for _, c := range []struct {
		host, local  string
		plain, https bool
	}{
		{"example.com", "10.0.0.5:8443", false, true},
		{"example.com:9000", "10.0.0.5:8443", false, true},
		{"evil.example.org", "10.0.0.5:8443", false, false},
		{"example.com.evil", "10.0.0.5:8443", false, false},
		{"10.0.0.5:8443", "10.0.0.5:8443", true, true},
		{"10.0.0.5", "[::ffff:10.0.0.5]:8443", true, true},
		{"10.0.0.6", "10.0.0.5:8443", false, false},
		{"localhost:1", "127.0.0.1:8420", true, true},
		{"localhost", "10.0.0.5:8443", false, false},
		{"127.0.0.2:8420", "127.0.0.1:8420", false, false},
		{"[::1]:8420", "[::1]:8420", true, true},
		{"", "127.0.0.1:8420", false, false},
		{"127.0.0.1:8420@evil.example", "127.0.0.1:8420", false, false},
	} {
		address, err := net.ResolveTCPAddr("tcp", c.local)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(address)))
		r.Host = c.host
		if got := plain.isOwnHost(r); got != c.plain {
			t.Errorf("%q on a connection to %s: %v", c.host, c.local, got)
		}
		if got := secure.isOwnHost(r); got != c.https {
			t.Errorf("%q over TLS on a connection to %s: %v", c.host, c.local, got)
		}
	}
}
