// SPDX-License-Identifier: Apache-2.0

// Package crd carries the generated CustomResourceDefinitions, so that programs can check objects against them without a
// cluster.
//
// Nothing goes in; what comes out is the YAML under bases. The package must not interpret it.
package crd

import "embed"

// Bases holds the generated CustomResourceDefinitions, a YAML file each, under bases.
//
//go:embed bases/*.yaml
var Bases embed.FS
