// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// chooser draws what is generated: a random source, or the bytes of a fuzzer.
type chooser interface{ IntN(n int) int }

// generator writes expressions that mostly type-check, over the variables and functions of the environment.
type generator struct {
	chooser
	// variables are those of the macros around, by type.
	variables map[string][]string
	macros    int
}

func pick[T any](c chooser, of ...T) T { return of[c.IntN(len(of))] }

// Types of the grammar. Any is dynamic: what the type-checker lets pass everywhere.
const (
	tBool, tInt, tUint, tDouble, tString, tTime, tDuration, tList, tMap, tAny, tType = "bool", "int", "uint", "double", "string", "timestamp", "duration", "list", "map", "any", "type"
)

// of writes an expression of a type, so deep at most.
func (g *generator) of(kind string, depth int) string {
	if names := g.variables[kind]; len(names) > 0 && g.IntN(3) == 0 {
		return pick(g, names...)
	}
	if kind != tAny && g.IntN(9) == 0 {
		return g.of(tAny, depth) // a dynamic value passes for any type
	}
	if depth <= 0 {
		return g.leaf(kind)
	}
	if kind == tBool && g.IntN(20) == 0 {
		return g.simple()
	}
	if depth > 1 && g.IntN(12) == 0 {
		return "(" + g.of(tBool, depth-1) + " ? " + g.of(kind, depth-1) + " : " + g.of(kind, depth-1) + ")"
	}
	if kind != tAny && kind != tBool && g.IntN(16) == 0 {
		return g.conversion(kind, depth-1)
	}
	switch kind {
	case tBool:
		return g.boolean(depth - 1)
	case tInt, tUint, tDouble:
		return g.number(kind, depth-1)
	case tString:
		return g.text(depth - 1)
	case tTime, tDuration:
		return g.time(kind, depth-1)
	case tList:
		return g.list(depth - 1)
	case tMap:
		return g.leaf(kind)
	case tType:
		return pick(g, "type("+g.of(tAny, depth-1)+")", g.leaf(kind))
	default:
		return g.any(depth - 1)
	}
}

// simple writes a comparison of two simple values, which most conditions are.
func (g *generator) simple() string {
	operand := func() string {
		return pick(g, "subject.id", "subject.type", "action.name", "resource.id", "resource.type", g.leaf(tString), g.leaf(tInt), g.leaf(tUint), "1.5", "null", "true",
			pick(g, "resource.properties", "subject.properties", "context", "resource.unit", "action.properties")+"."+pick(g, names...))
	}
	property := pick(g, "resource.properties", "subject.properties", "context", "resource.unit", "action.properties") + "." + pick(g, names...)
	return pick(g, property+pick(g, " == ", " != ")+operand(), operand()+pick(g, " == ", " != ")+property)
}

func (g *generator) leaf(kind string) string {
	switch kind {
	case tBool:
		return pick(g, "true", "false", "directory.isManager(subject.id, resource.id)")
	case tInt:
		return pick(g, "0", "1", "-1", "2", "3", "9223372036854775807", "-9223372036854775808", "9007199254740993", "10")
	case tUint:
		return pick(g, "0u", "1u", "2u", "18446744073709551615u", "9223372036854775808u")
	case tDouble:
		return pick(g, "0.0", "-0.0", "1.0", "1.5", "-1.0", "9007199254740992.0", "9223372036854775807.0", "1e300", "(0.0/0.0)", "(1.0/0.0)", "18446744073709551616.0")
	case tString:
		return pick(g, "subject.id", "resource.id", "resource.type", "action.name", "subject.type", `""`, `"a"`, `"b"`, `"x"`, `"user"`, `"é"`,
			`"a longer text that is traversed"`, `"2026-01-02T03:04:05Z"`, `"1"`, `"-1.5"`, `"24h"`, `"true"`)
	case tTime:
		return pick(g, "now", `timestamp("2026-01-02T03:04:05Z")`, `timestamp("0001-01-01T00:00:00Z")`, `timestamp("9999-12-31T23:59:59.999999999Z")`,
			`timestamp("2026-01-02T03:04:05.5+05:30")`)
	case tDuration:
		return pick(g, `duration("0s")`, `duration("1h")`, `duration("-90m")`, `duration("2540400h")`, `duration("1500ms")`)
	case tList:
		return pick(g, "[]", "[1, 2]", "[1, 2.0, 3u]", `["a", "b"]`, `["x", subject.id]`, "[null, true]", "[[1], []]", "resource.properties.list", "subject.properties.list",
			"context.list", `[now]`, `[0.0, -0.0, 9223372036854775807]`, `[type(1), string]`, `[{"a": 1}]`)
	case tMap:
		return pick(g, "{}", `{"a": 1, "b": "x"}`, "{1: 2, 2u: 3}", "{true: 1.5}", "resource.properties", "subject.properties", "context", "resource.unit", "action.properties",
			"resource.properties.map", `{"x": {"a": null}, "y": [1, 2]}`)
	case tType:
		return pick(g, "int", "uint", "double", "string", "bool", "list", "map", "null_type", "type", "google.protobuf.Timestamp")
	default:
		return pick(g, g.path(), g.path(), g.path(), "null", "dyn(1)", `dyn("a")`)
	}
}

// names are those of attributes; which of them there are, and what they hold, an input draws.
var names = []string{"a", "b", "n", "m", "list", "map", "missing", "odd"}

func (g *generator) path() string {
	var b strings.Builder
	b.WriteString(pick(g, "resource.properties", "resource.properties", "subject.properties", "context", "resource.unit", "action.properties", ".resource.properties"))
	b.WriteString(pick(g, ".", ".") + pick(g, names...))
	for g.IntN(3) == 0 {
		b.WriteString(pick(g, ".a", ".b", `["a"]`, "[0]", "[1]", "[1.0]", "[0u]", "[true]", "[-1]", "[resource.properties.n]", "[subject.id]", "[size(action.name) - 1]", "[context.n]"))
	}
	return b.String()
}

func (g *generator) boolean(depth int) string {
	in := func(kind string) string { return g.of(kind, depth) }
	kind := pick(g, tInt, tUint, tDouble, tString, tTime, tDuration, tBool, tAny, tList, tMap, tType)
	switch g.IntN(16) {
	case 0:
		return "(" + in(tBool) + " && " + in(tBool) + ")"
	case 1:
		return "(" + in(tBool) + " || " + in(tBool) + ")"
	case 2:
		return "!" + in(tBool)
	case 3, 4:
		return "(" + in(kind) + pick(g, " == ", " != ") + in(kind) + ")"
	case 5:
		return "(" + in(tAny) + pick(g, " == ", " != ") + in(kind) + ")"
	case 6, 7:
		kind = pick(g, tInt, tUint, tDouble, tString, tTime, tDuration, tBool, tAny)
		return "(" + in(kind) + pick(g, " < ", " <= ", " > ", " >= ") + in(kind) + ")"
	case 8:
		return "(dyn(" + in(pick(g, tInt, tUint, tDouble)) + ")" + pick(g, " < ", " <= ", " > ", " >= ", " == ", " != ") + in(pick(g, tInt, tUint, tDouble)) + ")"
	case 9:
		return "(" + in(tAny) + " in " + in(tList) + ")"
	case 10:
		return "(" + in(pick(g, tString, tAny)) + " in " + in(pick(g, tMap, tAny)) + ")"
	case 11:
		return "has(" + g.path() + pick(g, ".a", ".b", ".n") + ")"
	case 12:
		return in(tString) + pick(g, ".startsWith(", ".endsWith(", ".contains(") + in(tString) + ")"
	case 13:
		return "directory." + pick(g, "isManager(", "isAbove(") + in(tString) + ", " + in(tString) + ")"
	case 14:
		return g.macro(pick(g, "all", "exists", "exists_one"), depth)
	default:
		return pick(g, "bool("+in(tString)+")", in(tAny))
	}
}

// macro writes a macro over a list or the keys of a map, with a variable that is known inside.
func (g *generator) macro(name string, depth int) string {
	g.macros++
	over, variable := g.of(pick(g, tList, tList, tList, tMap), depth), pick(g, "x", "y", "now", "subject")
	outer := g.variables
	g.variables = map[string][]string{}
	maps.Copy(g.variables, outer)
	g.variables[tAny] = append(append([]string{}, outer[tAny]...), variable, variable+pick(g, "", ".a", "[0]"))
	if variable == "subject" || variable == "now" { // hides the variable of the environment, whose type it has not
		g.variables[tAny] = []string{variable}
		over = "[" + g.of(tAny, 0) + ", " + g.of(tAny, 0) + "]"
	}
	defer func() { g.variables = outer }()
	hidden := func(text string) string {
		if variable == "subject" || variable == "now" {
			return strings.NewReplacer("subject.id", ".subject.id", "subject.type", `"t"`, "..subject", ".subject").Replace(text)
		}
		return text
	}
	body := hidden(g.of(tBool, depth))
	if name == "map" {
		body = hidden(g.of(pick(g, tAny, tInt, tString), depth))
		if g.IntN(4) == 0 {
			body = hidden(g.of(tBool, depth-1)) + ", " + body
		}
	}
	return over + "." + name + "(" + variable + ", " + body + ")"
}

func (g *generator) number(kind string, depth int) string {
	in := func(kind string) string { return g.of(kind, depth) }
	operators := []string{" + ", " - ", " * ", " / "}
	if kind != tDouble {
		operators = append(operators, " % ")
	}
	if kind == tInt {
		switch g.IntN(6) {
		case 0:
			return "size(" + in(pick(g, tString, tList, tMap, tAny)) + ")"
		case 1:
			return in(pick(g, tTime, tTime, tAny)) + "." + pick(g, "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek",
				"getHours", "getMinutes", "getSeconds", "getMilliseconds") + pick(g, "()", "()", `("Europe/Berlin")`, `("-02:30")`, `("+01:00")`)
		case 2:
			return in(tDuration) + "." + pick(g, "getHours()", "getMinutes()", "getSeconds()", "getMilliseconds()")
		case 3:
			return in(tString) + ".indexOf(" + in(tString) + ")"
		}
	}
	if kind != tUint && g.IntN(6) == 0 {
		return "-(" + in(kind) + ")"
	}
	return "(" + in(kind) + pick(g, operators...) + in(kind) + ")"
}

func (g *generator) text(depth int) string {
	in := func(kind string) string { return g.of(kind, depth) }
	switch g.IntN(8) {
	case 0, 1:
		return "(" + in(tString) + " + " + in(tString) + ")"
	case 2:
		return in(tString) + pick(g, ".lowerAscii()", ".upperAscii()", ".trim()")
	case 3:
		return in(tString) + ".substring(" + in(tInt) + ")"
	case 4:
		return in(tString) + ".charAt(" + in(tInt) + ")"
	case 5:
		return in(tString) + ".replace(" + in(tString) + ", " + in(tString) + ")"
	case 6:
		return in(tString) + ".split(" + in(tString) + ")[" + in(tInt) + "]"
	default:
		return "string(" + in(pick(g, tInt, tUint, tDouble, tBool, tTime, tDuration, tAny)) + ")"
	}
}

func (g *generator) time(kind string, depth int) string {
	in := func(kind string) string { return g.of(kind, depth) }
	switch {
	case kind == tTime:
		return pick(g, "("+in(tTime)+pick(g, " + ", " - ")+in(tDuration)+")", "("+in(tDuration)+" + "+in(tTime)+")")
	case g.IntN(3) == 0:
		return "(" + in(tTime) + " - " + in(tTime) + ")"
	default:
		return pick(g, "("+in(tDuration)+pick(g, " + ", " - ")+in(tDuration)+")", "-("+in(tDuration)+")")
	}
}

func (g *generator) conversion(kind string, depth int) string {
	in := func(kinds ...string) string { return g.of(pick(g, kinds...), depth) }
	switch kind {
	case tInt:
		return "int(" + in(tUint, tDouble, tString, tTime, tDuration, tAny, tInt) + ")"
	case tUint:
		return "uint(" + in(tInt, tDouble, tString, tAny) + ")"
	case tDouble:
		return "double(" + in(tInt, tUint, tString, tAny) + ")"
	case tTime:
		return "timestamp(" + in(tString, tInt, tAny) + ")"
	case tDuration:
		return "duration(" + in(tString, tAny) + ")"
	default:
		return g.leaf(kind)
	}
}

func (g *generator) list(depth int) string {
	switch g.IntN(5) {
	case 0:
		return g.macro("map", depth)
	case 1:
		return g.macro("filter", depth)
	case 2:
		return "[" + g.of(tAny, depth) + ", " + g.of(tAny, depth) + "]"
	case 3:
		return "dyn(" + g.of(tList, depth) + ")"
	default:
		return g.leaf(tList)
	}
}

func (g *generator) any(depth int) string {
	kind := pick(g, tInt, tUint, tDouble, tString, tTime, tDuration, tBool, tList, tMap, tType)
	switch g.IntN(6) {
	case 0:
		return "dyn(" + g.of(kind, depth) + ")"
	case 1:
		return "dyn(" + g.of(tList, depth) + ")[" + g.of(pick(g, tInt, tUint, tDouble, tAny), depth) + "]"
	case 2:
		return "dyn(" + g.of(tMap, depth) + ")[" + g.of(pick(g, tInt, tUint, tBool, tString, tString, tAny), depth) + "]"
	case 3:
		return "(" + g.of(tBool, depth) + " ? " + g.path() + " : " + g.path() + ")" + pick(g, "", ".a", "[0]")
	default:
		return g.leaf(tAny)
	}
}

// input draws an input: attributes that are missing, of a wrong type, of types that only an application has, and the odd values of each type.
func inputOf(c chooser) condition.Input {
	text := func() string {
		return pick(c, "", "a", "b", "x", "user", "é", "a longer text that is traversed", "\xff\xfe")
	}
	in := condition.Input{
		Subject:  condition.Subject{Type: "user", ID: text(), Properties: attributes(c, 2)},
		Action:   condition.Action{Name: pick(c, "orders.approve", "", "a.b"), Properties: attributes(c, 1)},
		Resource: condition.Resource{Type: text(), ID: text(), Properties: attributes(c, 2), Unit: attributes(c, 1)},
		Context:  attributes(c, 2),
		Now: pick(c, time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
			time.Date(2026, 7, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), time.Time{}),
	}
	if c.IntN(8) > 0 {
		in.Directory = line{"a", "b", "x"}
	}
	return in
}

func attributes(c chooser, depth int) map[string]any {
	if c.IntN(8) == 0 {
		return nil
	}
	found := map[string]any{}
	for _, name := range names {
		switch {
		case name == "missing" || c.IntN(8) == 0:
		case name == "list":
			found[name] = pick[any](c, []any{}, []any{"a", "b"}, []any{1.0, 2.0, "x", nil}, []any{property(c, depth), property(c, depth)}, property(c, depth))
		case name == "map":
			found[name] = pick[any](c, map[string]any{}, map[string]any{"a": property(c, depth)}, property(c, depth))
		case name == "n":
			found[name] = pick[any](c, 0.0, 1.0, -1.0, 1.5, 2.0, 3, math.NaN())
		case name == "odd":
			found[name] = odd(c)
		default:
			found[name] = property(c, depth)
		}
	}
	return found
}

func property(c chooser, depth int) any {
	if depth > 0 {
		switch c.IntN(6) {
		case 0:
			return []any{property(c, depth-1), property(c, depth-1)}
		case 1:
			return map[string]any{pick(c, "a", "b", "n"): property(c, depth-1)}
		}
	}
	if c.IntN(12) == 0 {
		return odd(c)
	}
	return pick[any](c, "", "a", "b", "x", "é", "a longer text that is traversed", "2026-01-02T03:04:05Z", "24h", "1", true, false, nil, 0.0, 1.0, -1.0, 1.5, 2.0,
		math.Copysign(0, -1), 9007199254740992.0, 9223372036854775808.0, 1e300, "orders.approve", "\xff\xff", condition.Time(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
}

// odd draws a value that is not read from JSON, or cannot be kept.
func odd(c chooser) any {
	return pick[any](c, math.NaN(), math.Inf(1), math.Inf(-1), 1, int64(2), int32(3), uint8(1), int64(1<<53), int64(1<<53+1), -1<<62, uint64(1<<63), float32(1.5), json.Number("1"),
		json.Number("1e999"), json.Number("9007199254740993"), []string{"a", "b"}, []string{}, map[string]string{"a": "b"}, []int{1, 2}, []byte("a"), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		count(1), struct{}{}, fmt.Errorf("an error"), &struct{ A int }{1}, map[int]any{1: "a"}, []any{math.NaN(), "a"}, map[string]any{"a": math.NaN()}, [1]uint8{1})
}
