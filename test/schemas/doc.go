// SPDX-License-Identifier: Apache-2.0

// Package schemas compiles JSON Schemas in tests.
//
// In: a schema, as text or in a file. Out: what validates values by it, formats of texts too. The package must not know what a schema
// describes.
package schemas
