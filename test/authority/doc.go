// SPDX-License-Identifier: Apache-2.0

// Package authority tests on a real API server who may change an organization: with the shipped webhook, policies and rights, by
// users whom Kubernetes RBAC alone would let write anything in the organization's namespace.
package authority
