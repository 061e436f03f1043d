// SPDX-License-Identifier: Apache-2.0

// Package acceptance shows that the samples say what the systems they describe prescribe.
//
// What goes in are the manifests of config/samples and, in testdata, for each system the matrix of its roles and the
// decisions that it takes; the tests resolve the manifests, offline and through an API server, and compare. Testdata is
// written from the systems' own descriptions and never from what the program answers.
package acceptance
