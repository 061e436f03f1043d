// SPDX-License-Identifier: Apache-2.0

// Package scaffold writes the manifests of a first organization.
//
// The names of an organization, of an application and of the user who administers them go in; files come out, which are valid, and a
// suite that tests them.
package scaffold
