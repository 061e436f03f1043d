// SPDX-License-Identifier: Apache-2.0

// Package admission says whether a user may write an object of an organization, by the administration rules.
//
// What goes in are the user, the object before and after the write, and what the organization resolves to before it; what comes
// out is an Answer. An organization in which no role carries an administration rule is left to Kubernetes RBAC. The package must
// not read from a cluster or write to one, and does not know how current what it is given is: that is for controllers/admission.
// What an act is and which rule allows it, internal/change/authority alone decides.
package admission
