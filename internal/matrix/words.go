// SPDX-License-Identifier: Apache-2.0

package matrix

import "cmp"

// Words are what people call things: texts that decide nothing, and that a document therefore lacks. What has none goes by its
// name.
type Words struct {
	// Organization and Catalog are display names.
	Organization, Catalog string
	// Sections, Permissions and Features are by name.
	Sections, Permissions, Features map[string]Word
	// Roles are by the name that the document has for them.
	Roles map[string]RoleWord
}

// Word is what people call one thing, and what they say of it.
type Word struct {
	Display, Description string
}

// RoleWord is a Word for a role.
type RoleWord struct {
	Word
	Category string
	// Platform is set on a role that is held over organizations.
	Platform bool
}

// or is the display name, or else the name.
func (w Word) or(name string) string { return cmp.Or(w.Display, name) }
