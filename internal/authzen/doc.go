// SPDX-License-Identifier: Apache-2.0

// Package authzen is the HTTP service: the OpenID AuthZEN Authorization API 1.0 over the indexes of organizations.
//
// What goes in are HTTP requests and a lookup of organizations; what comes out are decisions,
// search results and metadata, in the standard's shapes. An organization is served at /<namespace>/<organization>, and one
// of them, fixed by the host, at the root as well.
//
// The package decides nothing by itself: every decision is an Index's. It must not listen on a network, read a file or know
// where an index comes from; it does not know who calls either, and asks its host whether to answer.
package authzen
