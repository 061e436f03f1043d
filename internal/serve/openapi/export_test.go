// SPDX-License-Identifier: Apache-2.0

package openapi

// Source returns openapi.yaml, as it is read.
func Source() map[string]any { return read() }
