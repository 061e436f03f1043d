// SPDX-License-Identifier: Apache-2.0

// Package extauthz answers Envoy's external authorization (ext_authz), over gRPC and over HTTP.
//
// What goes in are a Mapping of routes to permissions and resources, which people write, and requests as Envoy describes them; what
// comes out is yes or no, with a reason. Everything in such a request but the mapping's own words, what Envoy's filters
// add and the peer's certificate may be an attacker's: a request that another program could read differently is denied, like one of an
// unknown route, without a subject, or with a value missing. An error is a no as well, so that it does not depend on how
// Envoy treats failures.
//
// The package decides nothing by itself: every yes is an Index's. It must not listen on a network, read a file or know where an
// index comes from.
package extauthz
