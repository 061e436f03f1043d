// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
)

// conflicted is a platform whose catalog keeps two roles apart that pat holds both.
func conflicted(organization string) string {
	return `apiVersion: rolewright.dev/v1alpha1
kind: PermissionCatalog
metadata: {name: shop}
spec:
  sections: [{name: shops}]
  permissions:
  - {name: shops.open, section: shops, level: Platform}
  - {name: shops.bill, section: shops, level: Platform}
  constraints:
  - name: apart
    enforcement: Enforce
    type: SeparationOfDuties
    separationOfDuties:
      atMost: 1
      duties:
      - {name: opening, roleRefs: [{kind: PlatformRole, name: opener}]}
      - {name: billing, roleRefs: [{kind: PlatformRole, name: biller}]}
---
apiVersion: rolewright.dev/v1alpha1
kind: PlatformRole
metadata: {name: opener}
spec: {catalogRef: {name: shop}, assignableScope: Platform, rules: [{permissions: [shops.open]}]}
---
apiVersion: rolewright.dev/v1alpha1
kind: PlatformRole
metadata: {name: biller}
spec: {catalogRef: {name: shop}, assignableScope: Platform, rules: [{permissions: [shops.bill]}]}
---
apiVersion: rolewright.dev/v1alpha1
kind: PlatformAssignment
metadata: {name: pat}
spec:
  user: pat
  grants:
  - {name: one, roleRef: {name: opener}, organizations: {all: true}}
  - {name: two, roleRef: {name: biller}, organizations: {all: true}}
` + organization
}

// TestFindingsOfThePlatformItself: what is wrong without any organization is found, and not twice if it is wrong in one as well.
func TestFindingsOfThePlatformItself(t *testing.T) {
	const organization = `---
apiVersion: rolewright.dev/v1alpha1
kind: Organization
metadata: {name: acme, namespace: acme}
spec:
  catalogRef: {name: shop}
`
	const waiver = `  waivers: [{name: fair, constraintRef: {name: apart}, users: [pat], owner: pat, reason: the fair, endTime: "2040-01-01T00:00:00Z"}]
`
	for name, test := range map[string]struct {
		organization      string
		itself, elsewhere int
	}{
		"without an organization":          {"", 1, 0},
		"with one":                         {organization, 0, 1},
		"with one that permits it by then": {organization + waiver, 1, 0},
	} {
		in, err := FromManifests((&manifests.Reader{}).Parse("shop.yaml", []byte(conflicted(test.organization))))
		if err != nil {
			t.Fatal(err)
		}
		itself, elsewhere := 0, 0
		for _, f := range in.Resolve().Report(time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)).Findings {
			if f.Reason != "SeparationOfDuties" || f.Object.Name != "pat" {
				continue
			}
			if strings.HasPrefix(f.Message, `on the platform itself, by catalog "shop", constraint "apart" is broken`) {
				itself++
			} else {
				elsewhere++
			}
			if f.Position.Line == 0 {
				t.Errorf("%s: the finding has no place: %s", name, f.String())
			}
		}
		if itself != test.itself || elsewhere != test.elsewhere {
			t.Errorf("%s: found %d times on the platform itself, and %d times in organizations", name, itself, elsewhere)
		}
	}
}
