// SPDX-License-Identifier: Apache-2.0

// Package openapi is the OpenAPI document of the decision service.
//
// What goes in is where a service answers, and how its callers authenticate; what comes out is the document, in OpenAPI 3.1 as JSON. It is
// written by hand in openapi.yaml, with references to the schemas in docs/schema, and says of a service what that service has. The package
// must not reach for a network or a file, and does not know the request that the document is for, so that it repeats nothing that
// another put into one.
package openapi
