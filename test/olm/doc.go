// SPDX-License-Identifier: Apache-2.0

// Package olm holds the bundle for the Operator Lifecycle Manager against the validators of the Operator Framework. It is a module of its
// own, so that nothing else depends on them.
//
// In goes the folder that ROLEWRIGHT_BUNDLE names, or a bundle of config/default that it makes. The package must not be imported.
package olm
