// SPDX-License-Identifier: Apache-2.0

// Package consolelogin logs people in to the console, as it runs in a cluster: with a real OpenID provider, on a real API server that
// trusts the same provider, and with the rights that config/console gives it.
//
// What goes in are people whom the provider knows and rights that RBAC gives them; what comes out is what a browser gets, and what the
// API server says of them. Every attack that a browser can make is made by one.
package consolelogin
