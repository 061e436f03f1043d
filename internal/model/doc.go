// SPDX-License-Identifier: Apache-2.0

// Package model holds the plain values that one organization is resolved from.
//
// What goes in is filled by intake, from custom resources or from files; what comes out is read by resolve. The values
// carry no behaviour beyond naming and ordering themselves, and the package imports nothing of this module and nothing
// of Kubernetes.
package model
