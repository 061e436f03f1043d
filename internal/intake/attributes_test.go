// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// TestNumbersOfAttributes: a number that doubles may not hold exactly stays as it is written, wherever it stands.
func TestNumbersOfAttributes(t *testing.T) {
	const inexact = "9007199254740993"
	for text, want := range map[string]any{
		`1`:                        1.0,
		`0.1`:                      0.1,
		`9007199254740991`:         9007199254740991.0,
		`-9007199254740992`:        json.Number("-9007199254740992"),
		inexact:                    json.Number(inexact),
		`1e300`:                    json.Number("1e300"),
		`[1, ` + inexact + `]`:     []any{1.0, json.Number(inexact)},
		`{"a": [` + inexact + `]}`: map[string]any{"a": []any{json.Number(inexact)}},
		`{"a": 9007199254740992}`:  map[string]any{"a": json.Number("9007199254740992")},
		`"` + inexact + `"`:        inexact,
		`null`:                     nil,
		`{`:                        nil,
	} {
		var spec v1alpha1.ApprovalRequestSpec
		spec.Attributes = v1alpha1.Attributes{"a": {Raw: []byte(text)}}
		if got := intake.RequestAttributes(&spec)["a"]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v; want %#v", text, got, want)
		}
	}
}
