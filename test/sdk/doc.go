// SPDX-License-Identifier: Apache-2.0

// Package sdk tests the sources of pkg/permissions where they meet a real API server.
//
// The tests write ConfigMaps as the operator publishes them. Nothing of the product may import it.
package sdk
