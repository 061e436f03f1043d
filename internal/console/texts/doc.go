// SPDX-License-Identifier: Apache-2.0

// Package texts has the sentences that the pages of the console choose in Go, but for those about a token, which package openid has. All
// other words of the pages are in the templates.
//
// In go names, numbers and errors; out comes a sentence for people, or an error that is one. What the engine, the resolution and the API
// server say is theirs, and goes through as it is. The package must not know pages: it imports nothing of the console.
package texts
