// SPDX-License-Identifier: Apache-2.0

package document

import "strings"

// Always is how an alternative without conditions is written.
const Always = "yes"

// LeftOut stands for the roles that a long line leaves out.
const LeftOut = "..."

// Prefixes of gates where an alternative is written out.
const (
	featurePrefix     = "feature:"
	entitlementPrefix = "entitlement:"
)

// String writes the conditions of the alternative joined by +: qualifiers by name, feature:<name>, entitlement:<name>.
// Without any it is Always.
func (a Alternative) String() string {
	if a.Unconditional() {
		return Always
	}
	conditions := make([]string, 0, len(a.Qualifiers)+len(a.RequiredFeatures)+len(a.RequiredEntitlements))
	conditions = append(conditions, a.Qualifiers...)
	for _, feature := range a.RequiredFeatures {
		conditions = append(conditions, featurePrefix+feature)
	}
	for _, entitlement := range a.RequiredEntitlements {
		conditions = append(conditions, entitlementPrefix+entitlement)
	}
	return strings.Join(conditions, "+")
}

// Unconditional reports whether the alternative is always met.
func (a Alternative) Unconditional() bool {
	return len(a.Qualifiers) == 0 && len(a.RequiredFeatures) == 0 && len(a.RequiredEntitlements) == 0
}
