// SPDX-License-Identifier: Apache-2.0

// Package authzen certifies a decision service against the certification scenario of the OpenID AuthZEN Authorization API
// 1.0, over HTTPS and by nothing but what the service answers.
//
// What goes in is the base URL of any service that has been given the scenario's fixture; folder fixture holds it for
// Rolewright. What comes out is, for each test of the scenario, what the service does not do. Tests carry the scenario's
// anchors: c-2-2-1 is section {#c-2-2-1}. The package must not know how the service works.
//
// To certify a service that runs elsewhere: go test ./test/authzen -run TestCertification -pdp https://127.0.0.1:8443 -ca ca.pem
package authzen
