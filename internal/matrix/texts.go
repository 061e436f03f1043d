// SPDX-License-Identifier: Apache-2.0

package matrix

import "cmp"

// Texts are display names and descriptions. A document lacks them because they decide nothing.
type Texts struct {
	// Organization and Catalog are display names.
	Organization, Catalog string
	// Sections, Permissions, Features and Entitlements are keyed by name.
	Sections, Permissions, Features, Entitlements map[string]Text
	// Roles are keyed by the name that the document uses.
	Roles map[string]RoleText
}

// Text is the display name and the description of one thing.
type Text struct {
	DisplayName, Description string
}

// RoleText is what people read about a role.
type RoleText struct {
	Text     Text
	Category string
	// Platform marks a role that is held over organizations.
	Platform bool
}

// title returns the display name, or the given name if there is none.
func (t Text) title(name string) string { return cmp.Or(t.DisplayName, name) }
