// SPDX-License-Identifier: Apache-2.0

// Package openapitest holds requests and answers against the OpenAPI document of the decision service, in tests.
//
// What goes in are a document, and what a service was asked and answered; what comes out is what of that the document does not describe.
// It must not know how the service works.
package openapitest
