// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// count is a number of an application's own type.
type count uint16

// TestNumbersOfEveryType: a number means the same whichever Go type it has: what it means in JSON.
func TestNumbersOfEveryType(t *testing.T) {
	for expression, want := range map[string]string{
		"resource.properties.n == 1":                  "true",
		"resource.properties.n == 1.0":                "true",
		"resource.properties.n < 2":                   "true",
		"resource.properties.n in [1, 2]":             "true",
		"[resource.properties.n][0] == 1":             "true",
		"resource.properties.n + 1.0 == 2.0":          "true",
		"resource.properties.n + 1 == 2":              "error",
		"resource.properties.n % 2 == 1":              "error",
		"int(resource.properties.n) % 2 == 1":         "true",
		"string(resource.properties.n) == '1'":        "true",
		"type(resource.properties.n) == double":       "true",
		"resource.properties.list[0] == 1":            "true",
		"resource.properties.list[0] + 1 == 2":        "error",
		"1 in resource.properties.list":               "true",
		"resource.properties.list.exists(x, x > 0)":   "true",
		"resource.properties.map.n == 1":              "true",
		"resource.properties.map.n + 1 == 2":          "error",
		"resource.properties.map.exists(k, k == 'n')": "true",
		"size(resource.properties.list) == 1":         "true",
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		for _, properties := range []map[string]any{
			numbers(1.0), numbers(1), numbers(int8(1)), numbers(int16(1)), numbers(int32(1)), numbers(int64(1)), numbers(uint(1)),
			numbers(uint8(1)), numbers(uint16(1)), numbers(uint32(1)), numbers(uint64(1)), numbers(float32(1)), numbers(count(1)),
			numbers(json.Number("1")), numbers(json.Number("1.0")),
		} {
			if got := evaluate(program, properties); got != want {
				t.Errorf("%s of %T: %s; want %s", expression, properties["n"], got, want)
			}
		}
	}
}

// TestNoNumberOfJSON: what JSON cannot write is an error, so that every attribute that can be read equals itself.
func TestNoNumberOfJSON(t *testing.T) {
	program, err := condition.Compile("resource.properties.n == resource.properties.n || resource.properties.n != 0")
	if err != nil {
		t.Fatal(err)
	}
	for _, properties := range []map[string]any{numbers(math.NaN()), numbers(math.Inf(1)), numbers(float32(math.Inf(-1)))} {
		if got := evaluate(program, properties); got != "error" {
			t.Errorf("%v: %s; want error", properties["n"], got)
		}
	}
}

// numbers returns a number, by itself and in values of other types. A list of uint8 is not a list, but bytes.
func numbers[T any](n T) map[string]any {
	properties := map[string]any{"n": n, "list": []T{n}, "map": map[string]T{"n": n}}
	if _, isByte := any(n).(uint8); isByte {
		properties["list"] = [1]T{n}
	}
	return properties
}

func evaluate(program *condition.Program, properties map[string]any) string {
	result, err := program.Eval(&condition.Activation{Input: condition.Input{Resource: condition.Resource{Properties: properties}, Now: time.Unix(1e9, 0).Add(1e6 * time.Hour)}})
	switch {
	case err != nil:
		return "error"
	case result:
		return "true"
	}
	return "false"
}

// TestInexactNumbers: a whole number that may share its double with others is not compared.
func TestInexactNumbers(t *testing.T) {
	program, err := condition.Compile("resource.properties.n == subject.properties.n || resource.properties.n != subject.properties.n")
	if err != nil {
		t.Fatal(err)
	}
	const exact = 1 << 53
	for name, test := range map[string]struct {
		value any
		want  string
	}{
		"exact":                    {int64(exact), "true"},
		"exact and negative":       {-int64(exact), "true"},
		"exact, as a number":       {json.Number("9007199254740992"), "true"},
		"too large":                {int64(exact + 1), "error"},
		"too large and negative":   {-int64(exact + 1), "error"},
		"too large and unsigned":   {uint64(1<<63 + 1), "error"},
		"too large, as a number":   {json.Number("9007199254740993"), "error"},
		"far too large":            {json.Number("1e999"), "error"},
		"no number":                {json.Number("one"), "error"},
		"a fraction, as a number":  {json.Number("0.5"), "true"},
		"a double is what it says": {9007199254740994.0, "true"},
	} {
		input := condition.Input{
			Resource: condition.Resource{Properties: map[string]any{"n": test.value}},
			Subject:  condition.Subject{Properties: map[string]any{"n": 1.0}},
		}
		if result, err := program.Eval(&condition.Activation{Input: input}); (err != nil) != (test.want == "error") || err == nil && !result {
			t.Errorf("%s: %t, %v; want %s", name, result, err, test.want)
		}
	}
}

// Types of an application's own.
type (
	branch string
	open   bool
	ratio  float32
	money  struct {
		Cents    int64  `json:"cents"`
		Currency string `json:"currency"`
	}
	level int
)

// MarshalJSON writes a level as JSON has it: by its name.
func (l level) MarshalJSON() ([]byte, error) { return json.Marshal([]string{"low", "high"}[l]) }

// TestValuesOfOtherTypes: a value of any type of Go means what it means once it is sent in JSON.
func TestValuesOfOtherTypes(t *testing.T) {
	one, name := 1, branch("north")
	for expression, values := range map[string][]any{
		"resource.properties.n == 0.1":           {0.1, float32(0.1), ratio(0.1), json.Number("0.1"), []float32{0.1}[0]},
		"resource.properties.n[0] == 0.1":        {[]float32{0.1}, [1]ratio{0.1}, []any{float32(0.1)}, []*float32{new(float32(0.1))}},
		"resource.properties.n == 1":             {1, &one, int8(1), uint64(1), count(1), new(uint16(1)), any(json.Number("1"))},
		"resource.properties.n == 'north'":       {"north", name, &name, []branch{name}[0]},
		"resource.properties.n == true":          {true, open(true), new(open(true))},
		"resource.properties.n == null":          {nil, (*int)(nil), (*money)(nil)},
		"resource.properties.n == 'high'":        {level(1), new(level(1))},
		"resource.properties.n.cents == 5":       {money{5, "EUR"}, &money{5, "EUR"}, map[string]int{"cents": 5}, map[branch]uint8{"cents": 5}},
		"resource.properties.n['7'] == 'x'":      {map[int]string{7: "x"}, map[string]branch{"7": "x"}},
		"'north' in resource.properties.n":       {[]branch{name}, []string{"north"}, map[branch]int{name: 1}, []*branch{&name}},
		"resource.properties.n[0].cents == 5":    {[]money{{5, "EUR"}}, []any{&money{5, "EUR"}}, []map[string]int8{{"cents": 5}}},
		"resource.properties.n == 'YWJj'":        {json.RawMessage(`"YWJj"`), []byte("abc")},
		"resource.properties.n == [1, 2]":        {[]int{1, 2}, [2]uint32{1, 2}, json.RawMessage("[1,2]"), []any{int8(1), 2.0}},
		"type(resource.properties.n) == double":  {1, int8(1), uint64(1), float32(1), count(1), json.Number("1"), &one},
		"timestamp(resource.properties.n) < now": {"2020-01-01T00:00:00Z", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			if got := evaluate(program, map[string]any{"n": value}); got != "true" {
				t.Errorf("%s of %T: %s", expression, value, got)
			}
		}
	}
	program, err := condition.Compile("resource.properties.n == resource.properties.n || true != resource.properties.n")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []any{make(chan int), func() {}, 1i, []any{make(chan int)}[0], &struct{ C chan int }{}, float32(math.NaN()), uint64(math.MaxUint64)} {
		if got := evaluate(program, map[string]any{"n": value}); got != "error" {
			t.Errorf("%T, which JSON cannot write: %s; want error", value, got)
		}
	}
}
