// SPDX-License-Identifier: Apache-2.0

// Package openid finds out whose a token of an OpenID provider is.
//
// What goes in are a provider's URL, tokens, and which of their claims name a person and their groups, as the flags --oidc-* of
// kube-apiserver say it; what comes out is the Identity by which the API server would know the person, or nobody. What a provider says is
// not trusted beyond that: names that the API server keeps for itself ("system:") and names that would not survive a header are never
// passed on.
//
// The package must not talk to a cluster, and decides nothing about what a person may do.
package openid
