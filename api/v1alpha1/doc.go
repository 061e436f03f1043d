// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 is the API of the group rolewright.dev: the custom resources that people write.
//
// YAML goes in, under the schemas that controller-gen derives from these types; typed Go objects with their statuses
// come out. Validation markers and CEL rules check all that can be known from one object alone. The package must
// not decide anything, and imports nothing of this module.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +groupName=rolewright.dev
package v1alpha1
