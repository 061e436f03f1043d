// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// TestCommonConditionsDoNotAllocate: what docs/performance.md says of conditions of common shapes.
func TestCommonConditionsDoNotAllocate(t *testing.T) {
	for _, expression := range []string{
		`resource.properties.owner == subject.id`,
		`resource.properties.sum < 100.0 && resource.properties.kind in ["loan", "sale"]`,
		`has(resource.properties.owner) ? subject.id != resource.properties.owner : false`,
		`resource.properties.owner.startsWith("an") && size(resource.properties.tags) > 1`,
		`resource.properties.tags.exists(tag, tag == "urgent")`,
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		activation := &condition.Activation{Input: condition.Input{
			Subject: condition.Subject{Type: "user", ID: "ann"},
			Resource: condition.Resource{Properties: map[string]any{
				"owner": "ann", "sum": 5.0, "kind": "sale", "tags": []any{"new", "urgent"},
			}},
		}}
		if allocations := testing.AllocsPerRun(100, func() { program.Test(activation) }); allocations != 0 || !program.IsCompiled() {
			t.Errorf("%s allocates %v times", expression, allocations)
		}
	}
}
