// SPDX-License-Identifier: Apache-2.0

package document

import "strings"

// DefaultPlatformNamespace is the namespace in which platform documents are published, unless the manager is told otherwise: its own.
const DefaultPlatformNamespace = "rolewright-system"

// PlatformPrefix begins the names of platform organizations. No Organization may have such a name.
const PlatformPrefix = "platform."

// PlatformOrganization returns the name under which the platform document of a catalog is published. The document says what holders of
// roles over all organizations may do where no organization is asked about, as if they were the users of one with a single unit.
func PlatformOrganization(catalog string) string { return PlatformPrefix + catalog }

// PlatformCatalog returns the catalog of a platform organization. It is false for the names of other organizations.
func PlatformCatalog(organization string) (catalog string, is bool) {
	return strings.CutPrefix(organization, PlatformPrefix)
}
