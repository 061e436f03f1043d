// SPDX-License-Identifier: Apache-2.0

// Package schema carries the JSON Schemas that programs of ours check files against, and those that the OpenAPI document refers to.
//
// Nothing goes in; what comes out is a schema as it is published. The package must not interpret it.
package schema
