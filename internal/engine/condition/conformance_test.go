// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cel.dev/expr"
	_ "cel.dev/expr/conformance/proto2"
	_ "cel.dev/expr/conformance/proto3"
	conformance "cel.dev/expr/conformance/test"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/condition/closures"
)

var update = flag.Bool("update", false, "write which cases of conformance are left to cel-go")

// leftToCEL lists the cases that have a meaning in our environment and are not compiled, one a line.
const leftToCEL = "testdata/conformance-interpreted.txt"

// celGoDiffers are cases in which cel-go itself yields something else: a map in which a key is written twice.
var celGoDiffers = []string{
	"fields/qualified_identifier_resolution/map_value_repeat_key",
	"fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous",
}

// TestConformance: the cases by which CEL is defined, as far as they can be asked in our environment, hold of closures; or they are in
// the list of those that are left to cel-go.
func TestConformance(t *testing.T) {
	var left []string
	applied := 0
	for _, path := range conformanceFiles(t) {
		var file conformance.SimpleTestFile
		data, err := os.ReadFile(path)
		if err == nil {
			err = prototext.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(data, &file)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, section := range file.GetSection() {
			for _, test := range section.GetTest() {
				name := strings.Join([]string{file.GetName(), section.GetName(), test.GetName()}, "/")
				asked, compiled := conforms(t, name, test)
				switch {
				case compiled:
					applied++
				case asked:
					left = append(left, name)
				}
			}
		}
	}
	t.Logf("%d cases hold of closures, %d are left to cel-go", applied, len(left))
	const least = 500
	if applied < least {
		t.Errorf("only %d cases were asked of closures", applied)
	}
	slices.Sort(left)
	got := strings.Join(slices.Compact(left), "\n") + "\n"
	if *update {
		if err := os.WriteFile(leftToCEL, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(leftToCEL); err != nil || string(want) != got {
		t.Errorf("%s lists other cases than are left to cel-go (%v); -update writes it", leftToCEL, err)
	}
}

// conformanceFiles are part of the module of CEL's interfaces, which cel-go requires.
func conformanceFiles(t *testing.T) []string {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "cel.dev/expr").Output()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "tests", "simple", "testdata", "*.textproto"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases of conformance in %s: %v", folder, err)
	}
	return paths
}

// conforms asks a case. It reports whether the case has a meaning in our environment, and whether closures evaluate it.
func conforms(t *testing.T, name string, test *conformance.SimpleTest) (asked, compiled bool) {
	t.Helper()
	expression, want, can := question(test)
	if !can {
		return false, false
	}
	bound := map[string]any{}
	for variable, value := range test.GetBindings() {
		x, isPlain := plain(value.GetValue())
		if !isPlain || strings.Contains(variable, ".") {
			return false, false
		}
		bound[variable] = x
		expression = regexp.MustCompile(`\b`+regexp.QuoteMeta(variable)+`\b`).ReplaceAllString(expression, "context."+variable)
	}
	program, err := condition.Compile(expression)
	if err != nil {
		return false, false
	}
	if !program.IsCompiled() {
		return true, false
	}
	in := condition.Input{Context: bound}
	got, interpreted := outcomes(program, &in)
	if got != interpreted && !meet(program, &in) || got.result != want && !slices.Contains(celGoDiffers, name) {
		t.Errorf("%s: %s: closures %v, cel-go %v; want %v", name, expression, got, interpreted, want)
	}
	return true, true
}

// question turns a case into a condition, and what it must yield. It cannot if the case is about something else than a plain value.
func question(test *conformance.SimpleTest) (expression string, want closures.Result, can bool) {
	if test.GetContainer() != "" || test.GetDisableCheck() || test.GetCheckOnly() {
		return "", 0, false
	}
	switch matcher := test.GetResultMatcher().(type) {
	case nil:
		return test.GetExpr(), closures.True, true
	case *conformance.SimpleTest_Value:
		value, is := written(matcher.Value)
		return "dyn(" + test.GetExpr() + ") == " + value, closures.True, is
	case *conformance.SimpleTest_EvalError:
		return "dyn(" + test.GetExpr() + ") == null", closures.Failed, true
	default:
		return "", 0, false
	}
}

// written writes a value as a literal.
func written(v *expr.Value) (literal string, is bool) {
	switch v := v.GetKind().(type) {
	case *expr.Value_NullValue:
		return "null", true
	case *expr.Value_BoolValue:
		return strconv.FormatBool(v.BoolValue), true
	case *expr.Value_Int64Value:
		return fmt.Sprintf("(%d)", v.Int64Value), true
	case *expr.Value_Uint64Value:
		return fmt.Sprintf("%du", v.Uint64Value), true
	case *expr.Value_DoubleValue:
		return "double('" + strconv.FormatFloat(v.DoubleValue, 'g', -1, 64) + "')", !math.IsNaN(v.DoubleValue)
	case *expr.Value_StringValue:
		return strconv.Quote(v.StringValue), true
	case *expr.Value_TypeValue:
		return v.TypeValue, true
	case *expr.Value_ListValue:
		elements := make([]string, 0, len(v.ListValue.GetValues()))
		for _, element := range v.ListValue.GetValues() {
			literal, is := written(element)
			if !is {
				return "", false
			}
			elements = append(elements, literal)
		}
		return "[" + strings.Join(elements, ", ") + "]", true
	default:
		return "", false
	}
}

// plain is a value as JSON is read; whole numbers are none.
func plain(v *expr.Value) (x any, is bool) {
	switch v := v.GetKind().(type) {
	case *expr.Value_NullValue:
		return nil, true
	case *expr.Value_BoolValue:
		return v.BoolValue, true
	case *expr.Value_DoubleValue:
		return v.DoubleValue, true
	case *expr.Value_StringValue:
		return v.StringValue, true
	case *expr.Value_MapValue:
		entries := map[string]any{}
		for _, entry := range v.MapValue.GetEntries() {
			if entries[entry.GetKey().GetStringValue()], is = plain(entry.GetValue()); !is || entry.GetKey().GetStringValue() == "" {
				return nil, false
			}
		}
		return entries, true
	default:
		return nil, false
	}
}
