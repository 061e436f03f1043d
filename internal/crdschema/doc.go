// SPDX-License-Identifier: Apache-2.0

// Package crdschema says, without a cluster, what the API server would refuse about an object of this group.
//
// What goes in is an object as JSON decodes it; what comes out is a list of problems, each with the path of its field.
// It runs the API server's own code over the generated CustomResourceDefinitions: unknown fields, the structural
// schema, list types, metadata and the CEL rules. It must not look at any other object, and it decides nothing about
// what an object means.
package crdschema
