// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/serve/auth"
)

// authority issues certificates.
type authority struct {
	t           *testing.T
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	a.certificate = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	issued := a.issue(a.certificate)
	var err error
	if a.certificate, err = x509.ParseCertificate(issued.Certificate[0]); err != nil {
		t.Fatal(err)
	}
	return a
}

// issue issues a certificate; the first is the authority's own.
func (a *authority) issue(template *x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	if a.key == nil {
		a.key = key
	}
	text, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{text}, PrivateKey: key}
}

// client is the certificate of a client.
func (a *authority) client(name pkix.Name, usage x509.ExtKeyUsage, until time.Duration) tls.Certificate {
	return a.issue(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: name, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(until), ExtKeyUsage: []x509.ExtKeyUsage{usage},
	})
}

// reviewer knows the token good, of the user token, and lets all users ask whom it is told.
type reviewer struct {
	allowed func(*authenticationv1.UserInfo) bool
}

func (r *reviewer) ReviewToken(_ context.Context, token string) (*authenticationv1.UserInfo, error) {
	if token != "good" {
		return nil, nil
	}
	return &authenticationv1.UserInfo{Username: "token"}, nil
}

func (r *reviewer) ReviewAccess(_ context.Context, user *authenticationv1.UserInfo, _, _ string) (bool, error) {
	return r.allowed(user), nil
}

// TestCallersWithCertificates: a certificate of the authority names its user; any other is refused, or names nobody.
func TestCallersWithCertificates(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	clients := x509.NewCertPool()
	clients.AddCert(ours.certificate)
	server := ours.issue(&x509.Certificate{
		SerialNumber: big.NewInt(3), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	})
	r := &reviewer{allowed: func(user *authenticationv1.UserInfo) bool {
		return user.Username == "token" || user.Username == "shop" && slices.Equal(user.Groups, []string{"apps", "system:authenticated"})
	}}
	cached := auth.CacheOptions{TTL: time.Minute, Log: logr.Discard()}
	address := run(t, &Options{
		TLS: &tls.Config{
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &server, nil },
			ClientAuth:     tls.VerifyClientCertIfGiven, ClientCAs: clients, MinVersion: tls.VersionTLS12,
		},
		Authenticator: auth.NewAuthenticator(r, cached), Authorizer: auth.NewAuthorizer(r, cached),
	})
	shop, client := pkix.Name{CommonName: "shop", Organization: []string{"apps"}}, x509.ExtKeyUsageClientAuth
	for name, c := range map[string]struct {
		certificate *tls.Certificate
		token       string
		status      int // 0: no connection
	}{
		"a certificate":                {certificate: new(ours.client(shop, client, time.Hour)), status: http.StatusOK},
		"of another group":             {certificate: new(ours.client(pkix.Name{CommonName: "shop"}, client, time.Hour)), status: http.StatusForbidden},
		"of another user":              {certificate: new(ours.client(pkix.Name{CommonName: "till"}, client, time.Hour)), status: http.StatusForbidden},
		"of nobody":                    {certificate: new(ours.client(pkix.Name{Organization: []string{"apps"}}, client, time.Hour)), status: http.StatusUnauthorized},
		"of another authority":         {certificate: new(theirs.client(shop, client, time.Hour))},
		"that has expired":             {certificate: new(ours.client(shop, client, -time.Minute))},
		"for servers":                  {certificate: new(ours.client(shop, x509.ExtKeyUsageServerAuth, time.Hour))},
		"none":                         {status: http.StatusUnauthorized},
		"a token":                      {token: "good", status: http.StatusOK},
		"a token beside a certificate": {certificate: new(ours.client(pkix.Name{CommonName: "till"}, client, time.Hour)), token: "good", status: http.StatusOK},
		"a bad token beside a good certificate": {
			certificate: new(ours.client(shop, client, time.Hour)), token: "bad", status: http.StatusUnauthorized,
		},
	} {
		t.Run(name, func(t *testing.T) {
			roots := x509.NewCertPool()
			roots.AddCert(ours.certificate)
			config := &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
			if c.certificate != nil {
				// The client shows it even if the server does not ask for one of its authority.
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c.certificate, nil }
			}
			transport := &http.Transport{TLSClientConfig: config}
			t.Cleanup(transport.CloseIdleConnections)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+address+"/access/v1/evaluation", strings.NewReader(question))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			if c.token != "" {
				request.Header.Set("Authorization", "Bearer "+c.token)
			}
			answer, err := (&http.Client{Transport: transport}).Do(request)
			if c.status == 0 {
				if err == nil {
					t.Errorf("answered %s", answer.Status)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != c.status {
				t.Errorf("answered %s, want %d", answer.Status, c.status)
			}
		})
	}
}
