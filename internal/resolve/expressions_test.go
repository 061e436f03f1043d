// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestExpressionsThatNeverHold: each is found where it is written, and where its effect is felt, with what follows from it.
func TestExpressionsThatNeverHold(t *testing.T) {
	const unsatisfiable, constant, invalid = resolve.ReasonUnsatisfiableExpression, resolve.ReasonConstantExpression, resolve.ReasonInvalidExpression
	for name, test := range map[string]struct {
		qualifier, prohibition, chain, step string
		want                                []string
	}{
		"a qualifier that cannot be evaluated": {qualifier: "resource.properties.n - 1 > 0", want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: qualifier "q" can never be evaluated, so every rule that names it grants nothing: line 1, column 23: there is no - for a value of JSON and an int: write resource.properties.n - 1.0`,
			"Error Role/tester spec.rules[0].qualifiers[0] " + unsatisfiable + `: qualifier "q" of catalog "care" is true of no request, so the rule grants nothing`,
		}},
		"a qualifier that is false or fails": {qualifier: "has(resource.properties.n) && resource.properties.n - 1 > 0", want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: qualifier "q" is true of no request, so every rule`,
			"Error Role/tester spec.rules[0].qualifiers[0] " + unsatisfiable,
		}},
		"a qualifier that no value meets": {qualifier: `!has(context.a) && context.a == "x"`, want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: qualifier "q" is true of no request, so every rule that names it grants nothing: no value of context.a makes it true`,
			"Error Role/tester",
		}},
		"a qualifier whose bounds contradict each other": {qualifier: "resource.properties.n > 5.0 && resource.properties.n < 3.0", want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: qualifier "q" is true of no request, so every rule that names it grants nothing: no value of resource.properties.n makes it true, because it is compared as resource.properties.n > 5.0, resource.properties.n < 3.0: correct one of them, or join them by || if one is enough`,
			"Error Role/tester",
		}},
		"a qualifier that compares a size": {qualifier: "size(subject.id) < 0", want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: qualifier "q" is true of no request, so every rule that names it grants nothing: line 1, column 18: size(subject.id) < 0 is always false, because a size is never below 0`,
			"Error Role/tester",
		}},
		"a prohibition of one of all bounds": {prohibition: "resource.properties.n < 5 || resource.properties.n >= 3", want: []string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression " + unsatisfiable + `: chart.write is refused to everybody, because prohibition "p" is never false`,
		}},
		"a prohibition whose bounds contradict each other": {prohibition: "resource.properties.n > 5 && resource.properties.n <= 3", want: []string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression " + unsatisfiable + `: prohibition "p" is true of no request, so it refuses nothing but what it cannot be evaluated for: no value of resource.properties.n`,
		}},
		"a part of a qualifier": {qualifier: `subject.id == "ann" || now < resource.properties.due`, want: []string{
			"Warning PermissionCatalog/care spec.qualifiers[0].expression " + unsatisfiable + `: part of qualifier "q" never holds: line 1, column 28: there is no < for a timestamp and a value of JSON: write now < timestamp(resource.properties.due)`,
		}},
		"a qualifier that is false": {qualifier: "false", want: []string{
			"Warning PermissionCatalog/care spec.qualifiers[0].expression " + constant + `: qualifier "q" is false of every request, so every rule that names it grants nothing: correct it, or remove it`,
			"Warning Role/tester spec.rules[0].qualifiers[0] " + constant,
		}},
		"a qualifier that is true": {qualifier: "true", want: []string{
			"Warning PermissionCatalog/care spec.qualifiers[0].expression " + constant + `: qualifier "q" is true of every request, so it narrows nothing: correct it, or remove it`,
		}},
		"a literal that is no duration": {qualifier: `duration("1d") > duration(context.length)`, want: []string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression " + invalid + `: the expression of qualifier "q" does not compile, so every rule that names it grants nothing: line 1, column 9: "1d" is no duration: write`,
			"Error Role/tester spec.rules[0].qualifiers[0] " + invalid,
		}},
		"a prohibition that cannot be evaluated": {prohibition: "resource.properties.n * 2 > 1000", want: []string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression " + unsatisfiable + `: chart.write is refused to everybody, because prohibition "p" is never false: line 1, column 23: there is no * for a value of JSON and an int: write resource.properties.n * 2.0`,
		}},
		"a prohibition that is true or fails": {prohibition: `resource.properties.n != "1" || now > resource.properties.due`, want: []string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression " + unsatisfiable + `: chart.write is refused to everybody, because prohibition "p" is never false`,
		}},
		"a prohibition that is false or fails": {prohibition: "has(context.n) && context.n * 2 > 1000", want: []string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression " + unsatisfiable + `: prohibition "p" is true of no request, so it refuses nothing but what it cannot be evaluated for`,
		}},
		"a prohibition that is true": {prohibition: "true", want: []string{
			"Warning PermissionCatalog/care spec.prohibitions[0].expression " + constant + `: chart.write is refused to everybody, because prohibition "p" is never false: correct it, or remove it`,
		}},
		"a prohibition that is false": {prohibition: "false", want: []string{
			"Warning PermissionCatalog/care spec.prohibitions[0].expression " + constant + `: prohibition "p" is false of every request`,
		}},
		"a chain that cannot be evaluated": {chain: "context.grant.durationSeconds > duration('8h')", want: []string{
			"Error ApprovalChain/c spec.when " + unsatisfiable + `: the condition can never be evaluated, so every request of type order that comes to it is denied: line 1, column 31: there is no > for a double and a duration`,
		}},
		"a list of a chain's context that is asked as a text": {chain: "context.grant.scope.units.contains('east')", want: []string{
			"Error ApprovalChain/c spec.when " + unsatisfiable + `: the condition can never be evaluated, so every request of type order that comes to it is denied: line 1, column 35: there is no contains for a list and a string: write "east" in context.grant.scope.units`,
		}},
		"a time of a chain's context": {chain: "context.grant.startTime > now && context.grant.role != ''"},
		"a step that cannot be evaluated": {step: "resource.properties.n % 2 == 0", want: []string{
			"Error ApprovalChain/c spec.steps[one].when " + unsatisfiable + `: the condition can never be evaluated, so every request needs the step`,
		}},
		"a step that nobody needs":    {step: "false", want: []string{"Warning ApprovalChain/c spec.steps[one].when " + constant}},
		"a step that everybody needs": {step: "true"},
		"nothing":                     {qualifier: "resource.properties.a == 'x'", prohibition: "has(resource.properties.a) && resource.properties.a == 1"},
	} {
		t.Run(name, func(t *testing.T) {
			world := hospital()
			world.Catalog.Qualifiers, world.Catalog.Prohibitions, world.Chains = nil, nil, nil
			if test.qualifier != "" {
				world.Catalog.Qualifiers = []model.Qualifier{{Name: "q", Expression: test.qualifier}}
				world.Roles = append(world.Roles, model.Role{Object: object(model.KindRole, "tester"), Rules: []model.Rule{{Selector: named("chart.write"), Qualifiers: []string{"q"}}}})
			}
			if test.prohibition != "" {
				world.Catalog.Prohibitions = []model.Prohibition{{Name: "p", Expression: test.prohibition, Selector: named("chart.write")}}
			}
			if test.chain != "" || test.step != "" {
				world.Chains = []model.Chain{{
					Object: object(model.KindChain, "c"), RequestType: "order", When: test.chain,
					Steps: []model.Step{{Name: "one", Mode: model.ApprovalCount, When: test.step}},
				}}
			}
			var got []string
			for _, finding := range resolve.Organization(world).Findings {
				if slices.Contains([]string{unsatisfiable, constant, invalid}, finding.Reason) {
					got = append(got, strings.Replace(finding.String(), "health/", "", 1))
				}
			}
			if len(got) != len(test.want) {
				t.Fatalf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			for i := range got {
				if !strings.HasPrefix(got[i], test.want[i]) {
					t.Errorf("found\n%s\nwant\n%s", got[i], test.want[i])
				}
			}
		})
	}
}
