// SPDX-License-Identifier: Apache-2.0

// Package login logs people in to the console with OpenID Connect, and keeps their sessions in cookies.
//
// What goes in are requests of browsers and what a provider says of a person; what comes out is a Session: the name and the groups by
// which the API server would know the person, had they sent it the same token. The flow is that of an authorization code, with PKCE, a
// state and a nonce. A session is sealed (AES-GCM) in a cookie that ends when the token does, and holds no token; the browser can
// neither read nor change it. What a provider says is not trusted beyond that: names that the API server keeps for itself ("system:")
// and names that would not survive a header are never passed on.
//
// The package must not talk to a cluster, and decides nothing about what a person may do.
package login
