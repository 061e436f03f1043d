// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"crypto/x509"
	"slices"

	authenticationv1 "k8s.io/api/authentication/v1"
)

// GroupAuthenticated is the group of all who are authenticated, as the API server adds it.
const GroupAuthenticated = "system:authenticated"

// CertificateUser returns the user of a certificate that was verified, as the API server names it: the common name, in the groups
// of its organizations. It is nil if the certificate has no common name.
func CertificateUser(certificate *x509.Certificate) *authenticationv1.UserInfo {
	if certificate.Subject.CommonName == "" {
		return nil
	}
	groups := slices.Clone(certificate.Subject.Organization)
	return &authenticationv1.UserInfo{Username: certificate.Subject.CommonName, Groups: append(groups, GroupAuthenticated)}
}
