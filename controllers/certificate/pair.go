// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"k8s.io/client-go/util/cert"
)

// Keys of the Secret.
const (
	certKey     = "tls.crt"
	keyKey      = "tls.key"
	bundleKey   = "ca.crt"
	nextCertKey = "next.crt"
	nextKeyKey  = "next.key"
)

// pair is a certificate, followed by that of its authority, with its key.
type pair struct {
	cert, key []byte
}

// newPair makes a certificate for a server of some names.
func newPair(names []string, validity time.Duration) (pair, error) {
	certPEM, keyPEM, err := cert.GenerateSelfSignedCertKeyWithOptions(cert.SelfSignedCertKeyOptions{
		Host: names[0], AlternateDNS: names[1:], MaxAge: validity,
	})
	if err != nil {
		return pair{}, fmt.Errorf("making a certificate: %w", err)
	}
	return pair{certPEM, keyPEM}, nil
}

// isUsable reports whether the certificate is valid at a moment for a server of some names, and is the key's.
func (p pair) isUsable(names []string, now time.Time) bool {
	if _, err := tls.X509KeyPair(p.cert, p.key); err != nil {
		return false
	}
	leaf, err := p.leaf()
	if err != nil || now.Before(leaf.NotBefore) || !now.Before(leaf.NotAfter) {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return leaf.VerifyHostname(name) != nil })
}

// isOld reports whether the certificate should be replaced: two thirds of its time are over.
func (p pair) isOld(now time.Time) bool {
	leaf, err := p.leaf()
	return err != nil || leaf.NotAfter.Sub(now) < leaf.NotAfter.Sub(leaf.NotBefore)/3
}

func (p pair) leaf() (*x509.Certificate, error) {
	all, err := cert.ParseCertsPEM(p.cert)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// authority returns the certificate of the authority.
func (p pair) authority() *x509.Certificate {
	all, err := cert.ParseCertsPEM(p.cert)
	if err != nil {
		return nil
	}
	return all[len(all)-1]
}

// bundle writes the certificates of authorities that are valid at a moment, the first once each.
func bundle(now time.Time, authorities ...*x509.Certificate) []byte {
	var kept []*x509.Certificate
	for _, a := range authorities {
		known := func(other *x509.Certificate) bool { return bytes.Equal(a.Raw, other.Raw) }
		if a != nil && now.Before(a.NotAfter) && !slices.ContainsFunc(kept, known) {
			kept = append(kept, a)
		}
	}
	text, err := cert.EncodeCertificates(kept...)
	if err != nil {
		return nil
	}
	return text
}

// holds reports whether a bundle has the certificate of an authority.
func holds(text []byte, authority *x509.Certificate) bool {
	all, err := cert.ParseCertsPEM(text)
	return err == nil && authority != nil && slices.ContainsFunc(all, authority.Equal)
}
