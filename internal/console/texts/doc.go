// SPDX-License-Identifier: Apache-2.0

// Package texts has the sentences that the pages of the console choose in Go. All other words of the pages are in the templates: to
// translate the console is to translate these two.
//
// In go names, numbers and errors; out comes a sentence for people, or an error that is one. What the console shares with the command and
// the manager is not here: what the engine, the resolution, the reports of differences, the requests and the matrix say, what package
// openid says of a token, and numbers with their nouns, which package english writes. That, and what the API server says, goes through as
// it is, but for the form of times. The package must not know pages: it imports nothing of the console.
package texts
