// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// TestChainContext: what the context of a request cannot have is an error, however it is read; what it may have is none.
func TestChainContext(t *testing.T) {
	for expression, missing := range map[string]string{
		"true":                                "",
		"context.beneficiary == subject.id":   "",
		"has(context.grant)":                  "",
		"context['justification'] != ''":      "",
		"context.grant.durationSeconds > 60":  "",
		"'east' in context.grant.scope.units": "",
		"context.grant.scope.everywhere || context.grant.scope.unitGroups.size() > 0": "",
		"context.grant.scope.dimensions.contractType.all":                             "",
		"'a' in context.grant.scope.dimensions['contractType'].values":                "",
		"resource.properties.context.grnt == 1":                                       "",
		"has(context.grnt)":                                                           "grnt",
		"context.benefit == 'ann'":                                                    "benefit",
		"context.grant.roles == 'x'":                                                  "grant.roles",
		"context['grant']['duration'] > 1":                                            "grant.duration",
		"context.grant.scope.unit == 'x'":                                             "grant.scope.unit",
		"has(context.grant.scope.unit) ? false : true":                                "grant.scope.unit",
		"[1].exists(i, context.what == i)":                                            "what",
		".context.what == 1":                                                          "what",
	} {
		_, err := condition.CompileChain(expression)
		switch {
		case missing == "" && err != nil:
			t.Errorf("%s: %v", expression, err)
		case missing != "" && (err == nil || !strings.Contains(err.Error(), "there is no context."+missing+":")):
			t.Errorf("%s: %v, want that context.%s is missing", expression, err, missing)
		}
		if _, err := condition.Compile(expression); err != nil {
			t.Errorf("%s: a qualifier may read it: %v", expression, err)
		}
	}
	if _, err := condition.CompileChain("context."); err == nil {
		t.Error("what does not compile does")
	}
}
