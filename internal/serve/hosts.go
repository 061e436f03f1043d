// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// isOwnHost reports whether the host that a request names is one of the service's: the address that the connection came to,
// localhost on a connection from this machine, or a name that the certificate is for.
func (s *Server) isOwnHost(r *http.Request) bool {
	host := r.Host
	if name, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false // what follows the colon could make the name a password of another host
		}
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return isOfConnection(host, r) || s.options.TLS != nil && isCertified(host, s.options.TLS)
}

func isOfConnection(host string, r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil {
		return false
	}
	if local.Network() == "unix" {
		return host == "localhost"
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap() == at.Addr().Unmap() || host == "localhost" && at.Addr().Unmap().IsLoopback()
}

// isCertified reports whether the certificate, which is re-read when it changes, is for a host.
func isCertified(host string, config *tls.Config) bool {
	certificate, err := config.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil || certificate == nil || len(certificate.Certificate) == 0 {
		return false
	}
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	return err == nil && leaf.VerifyHostname(host) == nil
}
