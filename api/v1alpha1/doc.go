// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 is what people write: the custom resources of the group rolewright.dev.
//
// What goes in is YAML under the schemas that controller-gen derives from these types; what comes out is typed Go
// objects with their statuses. Each type says of itself, in validation markers and CEL rules, all that one object can
// know without looking at another. The package must not decide anything and imports nothing of this module.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +groupName=rolewright.dev
package v1alpha1
