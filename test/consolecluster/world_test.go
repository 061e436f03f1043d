// SPDX-License-Identifier: Apache-2.0

package consolecluster_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/rolewright/rolewright/test/clustertest"
)

// newShop creates a namespace with an organization, and waits until it is published.
func newShop() *clustertest.World { return newShopIn("") }

func newShopIn(namespace string) *clustertest.World {
	GinkgoHelper()
	w := clustertest.NewWorldIn(api, namespace, "shop")
	w.Apply(shopYAML)
	w.Published()
	return w
}

// shopYAML is a shop with two branches. Clerks sell, and leads may do all that clerks may, and refund. Ann is lead everywhere, Ben and
// Cem are clerks, each in one branch.
const shopYAML = `kind: PermissionCatalog
spec:
  displayName: Shop desk
  sections: [{name: desk, displayName: Desk}]
  permissions:
  - {name: sell, section: desk, displayName: Sell}
  - {name: refund, section: desk, displayName: Refund}
  - {name: deputize, section: desk, displayName: Decide for leads}
---
kind: Organization
metadata: {name: shop}
spec: {displayName: Corner shop, catalogRef: {name: $world}}
---
kind: OrganizationStructure
metadata: {name: branches}
spec: {units: [{name: all, displayName: All branches}, {name: east, parent: all}, {name: west, parent: all}]}
---
kind: Role
metadata: {name: clerk}
spec: {displayName: Clerk, rules: [{permissions: [sell]}]}
---
kind: Role
metadata: {name: lead}
spec: {displayName: Lead, inherits: [{roleRef: {name: clerk}}], rules: [{permissions: [refund]}]}
---
kind: UserAssignment
metadata: {name: ann}
spec: {user: ann, grants: [{name: lead, roleRef: {name: lead}, scope: {everywhere: true}}]}
---
kind: UserAssignment
metadata: {name: ben}
spec: {user: ben, profile: {manager: ann}, grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [east]}}]}
---
kind: UserAssignment
metadata: {name: cem}
spec: {user: cem, profile: {manager: ann}, grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [west]}}]}
`

// pathOf returns the address of a page of the organization of a world, of its overview if no page is named.
func pathOf(w *clustertest.World, page string) string {
	return strings.TrimSuffix("/"+w.Namespace+"/"+w.Organization+"/"+page, "/")
}
