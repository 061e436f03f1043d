// SPDX-License-Identifier: Apache-2.0

// Package crdschema validates objects of this group without a cluster, as the API server would.
//
// In: an object as decoded from JSON. Out: a list of field errors, and the object with what can only be meant in one way put right.
// The package runs the API server's own code with the generated CustomResourceDefinitions: unknown fields, the structural schema,
// list types, metadata and the CEL rules. It must not look at any other object.
package crdschema
