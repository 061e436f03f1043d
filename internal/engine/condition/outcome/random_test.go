// SPDX-License-Identifier: Apache-2.0

package outcome_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/condition/outcome"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// anyone is a directory in which those are managers whose ids come first.
type anyone struct{}

func (anyone) IsManager(a, b string) bool { return a < b }
func (anyone) IsAbove(a, b string) bool   { return a < b }

// attribute names are few, so that expressions and inputs meet.
var attributeNames = []string{"a", "b", "amount", "due", "list", "owner", "n"}

// jsonValue draws a value of JSON, to a depth.
func jsonValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 6
		if depth > 0 {
			most = 8
		}
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return float64(rapid.IntRange(-2, 12).Draw(t, "number"))
		case 3:
			return rapid.SampledFrom([]any{rapid.Float64().Draw(t, "double"), 5, 3.0, uint(5), 0.5, math.NaN(), math.Inf(1), math.Copysign(0, -1), 1 << 53}).Draw(t, "number of Go")
		case 4:
			return json.Number(rapid.SampledFrom([]string{"1", "9007199254740993", "1e999", "0.5"}).Draw(t, "as written"))
		case 5, 6:
			return rapid.SampledFrom([]string{
				"", "a", "b", "ann", "1", "true", "2030-01-01T00:00:00Z", "1h", "Europe/Berlin", "owner",
			}).Draw(t, "text")
		case 7:
			return rapid.SliceOfN(jsonValue(depth-1), 0, 3).Draw(t, "list")
		}
		return rapid.MapOfN(rapid.SampledFrom(attributeNames), jsonValue(depth-1), 0, 3).Draw(t, "map")
	})
}

func attributes() *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.SampledFrom(attributeNames), jsonValue(2), 0, len(attributeNames))
}

// anyInput draws a request as the directory completes it.
func anyInput() *rapid.Generator[condition.Input] {
	return rapid.Custom(func(t *rapid.T) condition.Input {
		id := rapid.SampledFrom([]string{"", "a", "ann", "boss"})
		return condition.Input{
			Subject:  condition.Subject{Type: "user", ID: id.Draw(t, "user"), Properties: attributes().Draw(t, "subject")},
			Action:   condition.Action{Name: "orders.close", Properties: attributes().Draw(t, "action")},
			Resource: condition.Resource{Type: "order", ID: id.Draw(t, "id"), Properties: attributes().Draw(t, "resource"), Unit: attributes().Draw(t, "unit")},
			Context:  attributes().Draw(t, "context"),
			Now:      time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0), Directory: anyone{},
		}
	})
}

// expression draws the text of an expression, to a depth.
func expression(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
			return bounded(t)
		}
		if depth == 0 || rapid.IntRange(0, 4).Draw(t, "leaf") == 0 {
			return leaf(t)
		}
		sub := func(name string) string { return expression(depth-1).Draw(t, name) }
		from := func(texts ...string) string { return rapid.SampledFrom(texts).Draw(t, "form") }
		switch rapid.IntRange(0, 9).Draw(t, "form") {
		case 0, 1:
			return "(" + sub("left") + from(" && ", " || ") + sub("right") + ")"
		case 2, 3:
			return "(" + sub("left") + from(" == ", " != ", " < ", " <= ", " in ", " > ") + sub("right") + ")"
		case 4:
			return "(" + sub("left") + from(" + ", " - ", " * ", " / ", " % ") + sub("right") + ")"
		case 5:
			return "(" + sub("if") + " ? " + sub("then") + " : " + sub("else") + ")"
		case 6:
			return from("!", "-", "size", "type", "int", "double", "string", "timestamp", "duration", "bool", "dyn") + "(" + sub("operand") + ")"
		case 7:
			return sub("over") + from(".exists(x, ", ".all(x, ", ".exists_one(x, ", ".map(x, ", ".filter(x, ") + from("x", "x + ", "x == ", "!x || ", "") + sub("step") + ")"
		case 8:
			return sub("target") + from(".getHours()", `.getHours("Europe/Brln")`, ".size()", ".a", ".b", `[0]`, `["a"]`, ".lowerAscii()", `.split("a")`, ".getFullYear(\"Europe/Berlin\")")
		}
		return sub("target") + from(".contains(", ".startsWith(", ".matches(", ".join(", "[") + sub("argument") + from(")", "]")
	})
}

// bounded draws comparisons of one part with constants, of one kind and of several, and with itself.
func bounded(t *rapid.T) string {
	term := rapid.SampledFrom([]string{
		"resource.properties.a", "resource.properties.a", `resource.properties["a"]`, "context.n", "subject.id", "now", "size(resource.properties.a)",
		"resource.properties.a.size()", "timestamp(resource.properties.a)", "now.getMonth()", "int(resource.properties.a)", "double(resource.properties.a)",
		"resource.properties.a - 3.0", "resource.properties.a / 0.0", "resource.properties.list", "dyn(subject.id)",
		"-resource.properties.a", "duration(context.n)", "resource.properties", "subject.properties.teams[0]", "resource.type",
	}).Draw(t, "term")
	constants := rapid.SampledFrom([][]string{
		{"5.0", "3.0", "0.0", "1.0", "-0.0", "0.5"}, {"5", "3", "0", "1", "-1", "12"}, {"5u", "0u", "5", "5.0", "0"}, {`"a"`, `"ann"`, `""`, `"b"`}, {`"order"`, `"a"`, `""`},
		{`timestamp("2030-01-01T00:00:00Z")`, `timestamp("2030-01-01T01:00:00+01:00")`, `timestamp("2020-01-01T00:00:00Z")`},
		{"9007199254740993", "9007199254740992", "9007199254740992.0", "9007199254740993u"},
		{`"a"`, "5.0", "null", "true", `""`}, {`duration("1h")`, `duration("60m")`, `duration("0s")`}, {`["a", "b"]`, "[1.0]", "[]"},
		{`double("NaN")`, "5.0", "1.0 / 0.0"},
	}).Draw(t, "constants")
	one := func() string {
		constant := rapid.SampledFrom(constants).Draw(t, "constant")
		switch rapid.IntRange(0, 9).Draw(t, "comparison") {
		case 0:
			return term + rapid.SampledFrom([]string{" in [" + constant + "]", " in []", " in [" + constant + ", " + constants[0] + "]"}).Draw(t, "list")
		case 1:
			constant = term
		case 2:
			return "!(" + term + " == " + constant + ")"
		}
		if strings.HasPrefix(term, "subject") || strings.HasPrefix(term, "now") {
			constant = "dyn(" + constant + ")"
		}
		sides := []string{term, constant}
		if rapid.Bool().Draw(t, "mirrored") {
			slices.Reverse(sides)
		}
		return strings.Join(sides, rapid.SampledFrom([]string{" == ", " != ", " < ", " <= ", " > ", " >= "}).Draw(t, "relation"))
	}
	text := one()
	for range rapid.IntRange(0, 3).Draw(t, "more") {
		text += rapid.SampledFrom([]string{" && ", " && ", " || "}).Draw(t, "operator") + one()
	}
	return "(" + text + ")"
}

func leaf(t *rapid.T) string {
	root := rapid.SampledFrom([]string{"resource.properties.", "resource.properties.", "subject.properties.", "context.", "resource.unit.", "action.properties."})
	if rapid.IntRange(0, 2).Draw(t, "attribute") > 0 {
		path := root.Draw(t, "root") + rapid.SampledFrom(attributeNames).Draw(t, "name")
		if rapid.IntRange(0, 4).Draw(t, "tested") == 0 {
			return "has(" + path + ")"
		}
		return path
	}
	return rapid.SampledFrom([]string{
		"subject.id", "resource.id", "resource.type", `"order"`, "now", "1", "0", "2.0", "3u", `"a"`, `"ann"`, `""`, "true", "false", "null", "[]", `["a", 1.0]`, "[1, 2]", "[now]",
		`{"a": 1}`, "{}", "string", "list", "double", "int", `duration("1h")`, `timestamp("2030-01-01T00:00:00Z")`, `b"a"`, "resource.properties",
		"subject", "context", `directory.isManager(subject.id, resource.id)`, "resource.unit",
	}).Draw(t, "leaf")
}

// check evaluates an expression and reports an outcome that is said never to happen.
func check(t interface {
	Helper()
	Fatalf(format string, arguments ...any)
}, text string, input *condition.Input,
) {
	t.Helper()
	program, err := condition.Compile(text)
	if err != nil {
		return
	}
	found := outcome.Of(text)
	result, err := program.Eval(&condition.Activation{Input: *input})
	if err != nil && !found.Fails || err == nil && result && !found.True || err == nil && !result && !found.False {
		t.Fatalf("%s is %v (%v) of %+v, which is said never to happen: %+v", text, result, err, input, found)
	}
	if err != nil {
		return
	}
	if result && found.Types != nil && !slices.Contains(found.Types, input.Resource.Type) {
		t.Fatalf("%s is true of %+v; it is said to be so only of the types %q", text, input, found.Types)
	}
	for path, attribute := range found.Attributes {
		kinds := attribute.False
		if result {
			kinds = attribute.True
		}
		if kind := kindAt(input, path); kind&^kinds != 0 {
			t.Fatalf("%s is %t of %+v, where %s is %s; it is said to be so only of %s", text, result, input, path, kind, kinds)
		}
	}
}

// TestNeverMeansNever: what is said never to happen does not happen, whatever the request is.
func TestNeverMeansNever(t *testing.T) {
	fixed := slices.Concat(slices.Sorted(maps.Keys(mistakes)), slices.Sorted(maps.Keys(parts)), correct)
	rapid.Check(t, func(t *rapid.T) {
		text := expression(3).Draw(t, "expression")
		if rapid.IntRange(0, 5).Draw(t, "fixed") == 0 {
			text = rapid.SampledFrom(fixed).Draw(t, "expression of a table")
		}
		for range 8 {
			input := anyInput().Draw(t, "input")
			check(t, text, &input)
		}
	})
}

// FuzzNeverMeansNever is the same for what a fuzzer writes.
func FuzzNeverMeansNever(f *testing.F) {
	for _, seed := range slices.Concat(slices.Sorted(maps.Keys(mistakes)), correct) {
		f.Add(seed, 1)
	}
	inputs := anyInput()
	f.Fuzz(func(t *testing.T, text string, seed int) {
		for i := range 8 {
			input := inputs.Example(seed + i)
			check(t, text, &input)
		}
	})
}

// isExact reports whether a value is no number that is an error.
func isExact(value any) bool {
	switch value.(type) {
	case nil, bool, string, []any, map[string]any:
		return true
	}
	_, exact := document.ParseNumber(fmt.Sprint(value))
	return exact
}

// kindAt returns the kind of the value at a path of an input, nothing if there is none or it is a number that is not exact.
func kindAt(input *condition.Input, path string) outcome.Kinds {
	for root, properties := range map[string]map[string]any{
		"subject.properties.": input.Subject.Properties, "resource.properties.": input.Resource.Properties, "action.properties.": input.Action.Properties,
		"resource.unit.": input.Resource.Unit, "context.": input.Context,
	} {
		if name, within := strings.CutPrefix(path, root); within {
			if present, is := properties[name]; is && isExact(present) {
				return outcome.KindsOf(present)
			}
		}
	}
	return 0
}
