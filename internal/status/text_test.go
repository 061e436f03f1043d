// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/resolve"
)

func TestListNamesFiveFindingsAndCountsTheRest(t *testing.T) {
	var findings []resolve.Finding
	for i := range 7 {
		findings = append(findings, resolve.Finding{Field: fmt.Sprintf("spec.rules[%d]", i), Message: "is odd"})
	}
	findings[1].Field = ""
	for _, test := range []struct {
		findings []resolve.Finding
		want     string
	}{
		{findings[:1], "spec.rules[0]: is odd"},
		{findings[:3], "spec.rules[0]: is odd; is odd; spec.rules[2]: is odd"},
		{findings, "spec.rules[0]: is odd; is odd; spec.rules[2]: is odd; spec.rules[3]: is odd; spec.rules[4]: is odd; and 2 more"},
	} {
		if got := list(test.findings); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
