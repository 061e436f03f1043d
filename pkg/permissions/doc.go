// SPDX-License-Identifier: Apache-2.0

// Package permissions is the Go SDK of Rolewright: it reads what the operator publishes and decides.
//
// What goes in is a Document, as bytes or as a value; what comes out is an Index, which answers whether a user may do
// something (Check), why (Explain), who may (WhoCan), what a user may (WhatCan), on which units (ResourcesCan), what a
// list of resources has to ask for (Where), and who may give which role to whom (MayAssign). An Index never changes and may be
// used by any number of goroutines. A Source keeps one that is fresh: packages dirsource and apisource feed it from a mounted
// volume and from the API server. The package must not reach for a network, a file or Kubernetes, and imports nothing of the
// operator.
package permissions
