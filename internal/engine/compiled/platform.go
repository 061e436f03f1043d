// SPDX-License-Identifier: Apache-2.0

package compiled

import "github.com/rolewright/rolewright/pkg/permissions/document"

// IsOfPlatform reports whether the document says what may be done on the platform itself: no feature can be turned on there, and
// nobody gives roles but by PlatformAssignments.
func (x *Index) IsOfPlatform() bool {
	if x.Core == nil {
		return false
	}
	_, is := document.PlatformCatalog(x.Core.Organization)
	return is
}

// Whole is what messages call that which the document is about.
func (x *Index) Whole() string {
	if x.IsOfPlatform() {
		return "the platform"
	}
	return "the organization"
}
