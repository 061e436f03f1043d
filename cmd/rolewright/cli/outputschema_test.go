// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/schemas"
)

// TestJSONMeetsItsSchema validates what commands print, and makes sure that the schema notices something else.
func TestJSONMeetsItsSchema(t *testing.T) {
	noCluster(t)
	const performance = "../../../config/samples/performance"
	const quickstart = "../../../config/samples/quickstart"
	failing := filepath.Join(t.TempDir(), "failing.yaml")
	suite := "apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: 2030-06-01\n" +
		"decisions: [{who: rosa@library.example, cannot: collection.view}]\n"
	if err := os.WriteFile(failing, []byte(suite), 0o600); err != nil {
		t.Fatal(err)
	}
	raise := " --from " + performance + " --to " + performance + " --to ../../../docs/examples/raise.yaml -o json"
	for _, c := range []struct {
		schema, line string
		code         int
		// has are parts of what is printed, so that the schema has something to say about them.
		has []string
	}{
		{"authorization", "authorize --as mark@compass.example" + raise, 0, []string{`"grantedRole"`}},
		{"authorization", "authorize --as max@compass.example" + raise, 1, []string{`"reason"`, `"field"`}},
		{"authorization", "authorize --as ann --from testdata/shop --to testdata/shop -o json", 0, []string{`"leftToRBAC": true`}},
		{"test", "test " + performance + " --coverage -o json", 0, []string{`"AdministrationRule"`, `"Qualifier"`, `"says"`}},
		{"test", "test -f ../../../config/samples/quickstart " + failing + " -o json", 1, []string{`"expected"`, `"why"`}},
		{"difference", "diff" + raise, 1, []string{`"effects"`}},
		{"validation", "validate -f ../../../config/samples/quickstart -f ../../../docs/examples/mistakes.yaml -o json", 1, []string{`"object"`, `"line"`}},
		{"decision", "can lena@library.example loans.create --unit hill -o json -f " + quickstart, 1, []string{`"nearest"`}},
		{"explanation", "explain ann refunds.approve --unit north --property amount=1000 -o json -f testdata/shop", 1, []string{`"advice"`, `"values"`, `"missingEntitlements"`}},
		{"explanation", "explain max orders.change --unit south --property channel=store --at 2030-01-01 -o json -f testdata/shop", 1, []string{`"overrides"`}},
		{"explanation", "explain withheld orders.view -o json -f testdata/lost", 1, []string{`"rejected"`, `"findings"`}},
		{"search", "who-can orders.view --unit north --property channel=store --limit 1 --at 2029-12-31T23:59:59Z -o json -f testdata/shop", 0, []string{`"more": true`}},
		{"search", "who-can refunds.approve --unit north -o json -f testdata/shop", 1, []string{`"notEvaluated"`}},
		{"search", "what-can lena@library.example --unit harbour -o json -f " + quickstart, 0, []string{`"section"`}},
		{"grants", "grants --inherited -o json -f " + quickstart, 0, []string{`"via"`, `"endTime"`, `"everywhere"`}},
		{"matrix", "matrix -o json -f testdata/shop", 0, []string{`"requiredEntitlements"`, `"prohibitions"`, `"expression"`}},
		{"matrix", "matrix -o json -f " + performance, 0, []string{`"administration"`, `"inheritedFrom"`, `"userActions"`}},
		{"matrix", "matrix -O south -o json -f testdata/platform", 0, []string{`"platformRoles"`}},
		{"chain", "chain work-order --requester ora@district.example --unit elm-school -o json -f ../../../config/samples/workorders", 0, []string{`"approvers"`, `"Asked"`}},
		{"version", "version -o json", 0, []string{`"goVersion"`}},
	} {
		schema := outputSchema(t, c.schema)
		var out, errOut bytes.Buffer
		code := Run(t.Context(), strings.Fields("rolewright "+c.line), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &errOut})
		if code != c.code {
			t.Errorf("%s: exit code %d: %s", c.line, code, errOut.String())
		}
		printed := schemas.Value(t, out.Bytes())
		if err := schema.Validate(printed); err != nil {
			t.Errorf("%s: %v", c.line, err)
		}
		for _, part := range c.has {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s prints nothing with %s:\n%s", c.line, part, out.String())
			}
		}
		undeclared(t, c.line, schema, printed)
		for field := range printed.(map[string]any) {
			printed.(map[string]any)[field] = 7
		}
		if schema.Validate(printed) == nil {
			t.Errorf("the schema of %s takes anything", c.schema)
		}
	}
}

// undeclared finds fields that are printed and of which the schema says nothing.
func undeclared(t *testing.T, at string, schema *jsonschema.Schema, printed any) {
	t.Helper()
	for schema.Ref != nil {
		schema = schema.Ref
	}
	switch value := printed.(type) {
	case []any:
		items := schema.Items2020
		for _, item := range value {
			undeclared(t, at+"[]", items, item)
		}
	case map[string]any:
		for name, field := range value {
			switch declared, is := schema.Properties[name]; {
			case is:
				undeclared(t, at+"."+name, declared, field)
			case schema.AdditionalProperties == nil:
				t.Errorf("%s: the schema says nothing of %s", at, name)
			}
		}
	}
}

func outputSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	return schemas.Read(t, "../../../docs/schema/"+name+".schema.json")
}

// TestJSONOfAClusterMeetsItsSchema validates what commands print that need a cluster, from objects as it has them.
func TestJSONOfAClusterMeetsItsSchema(t *testing.T) {
	own := soundOwn()
	entry := &own.Status.Effective[0]
	until, count := metav1.NewTime(moment), int32(1)
	entry.EndTime, entry.DeniedPermissions = &until, []v1alpha1.Observed{"orders.delete"}
	entry.From = []v1alpha1.EffectiveSource{{Kind: "UserAssignment", Name: "ann", GrantName: "clerk", RoleRef: &v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"}}}
	entry.Permissions[0].Alternatives = []v1alpha1.PermissionAlternative{{Qualifiers: []v1alpha1.Observed{"own"}}}
	entry.Scope.Units, entry.Scope.OmittedUnitCount = []v1alpha1.Observed{"north"}, &count
	entry.Scope.Dimensions = []v1alpha1.ObservedDimension{{Name: "channel", Values: []v1alpha1.Observed{"store"}}}
	entry.Roles = []v1alpha1.EffectiveRole{{RoleRef: v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"}, From: entry.From}}
	request := v1alpha1.ApprovalRequest{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "ApprovalRequest"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "town", Name: "boiler"},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "acme"}, RequestType: "work-order", Requester: "ann",
		},
	}
	for name, value := range map[string]any{
		"own": ownPermissionsOf("ann", []v1alpha1.UserAssignment{own}), "requests": requestList{[]v1alpha1.ApprovalRequest{request}},
	} {
		var out bytes.Buffer
		if err := writeJSON(&out, value); err != nil {
			t.Fatal(err)
		}
		printed := schemas.Value(t, out.Bytes())
		schema := outputSchema(t, name)
		if err := schema.Validate(printed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		undeclared(t, name, schema, printed)
	}
}

// moment is a time at which something ends.
var moment = time.Date(2030, time.June, 1, 0, 0, 0, 0, time.UTC)
