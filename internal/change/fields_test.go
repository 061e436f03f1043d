// SPDX-License-Identifier: Apache-2.0

package change_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// compared are the fields of documents that a decision may depend on, each of which the difference takes into account. Who adds one
// decides here whether it is compared; test/naive finds out whether it is.
var compared = map[reflect.Type]string{
	reflect.TypeFor[document.Document](): "Schema Namespace Organization Catalog Features Dimensions SubjectTypes Permissions Qualifiers Prohibitions Chains " +
		"Units UnplacedKinds UnitGroups Roles DefaultGrants DefaultFlaws Groups Users",
	reflect.TypeFor[document.Permission]():  "Section RequiredFeatures ResourceTypes Prohibitions Refused ConstrainedBy",
	reflect.TypeFor[document.Condition]():   "Description Expression",
	reflect.TypeFor[document.Unit]():        "Kind Parent Attributes UnknownAttributes",
	reflect.TypeFor[document.Role]():        "Platform ConstrainedBy Inherits Permissions AdministrationRules Flaws",
	reflect.TypeFor[document.Alternative](): "Qualifiers RequiredFeatures RequiredEntitlements Via",
	reflect.TypeFor[document.User]():        "Suspended HomeUnitUnknown Manager HomeUnit Attributes UnknownAttributes Grants WithoutDefaults Overrides Flaws",
	reflect.TypeFor[document.Grant]():       "Role Scope Window Entitlements Source",
	reflect.TypeFor[document.Override]():    "Permission Deny Scope Window RequiredFeatures Source",
	reflect.TypeFor[document.Scope]():       "Everywhere Units UnitGroups Dimensions",
	reflect.TypeFor[document.Values]():      "All Values",
	reflect.TypeFor[document.Window]():      "StartTime EndTime",
}

// TestEveryFieldIsCompared fails when a document has a field that nobody has thought of.
func TestEveryFieldIsCompared(t *testing.T) {
	for of, known := range compared {
		var fields []string
		for field := range of.Fields() {
			fields = append(fields, field.Name)
		}
		if want := strings.Fields(known); !slices.Equal(fields, want) {
			t.Errorf("%v has the fields %v, and the difference compares %v", of, fields, want)
		}
	}
}
