// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const source = `package sample

type pair struct{ left, right int }

func larger(a, b int) bool {
	if a > 0 && b > 0 || a == b {
		return a > b
	}
	return false
}

func sum(all []int) pair {
	var p pair
	for _, n := range all {
		p.left += n
	}
	return pair{left: p.left, right: len(all) + 1}
}
`

// The first test notices most mutants of larger, and nothing calls sum.
const sourceTest = `package sample

import "testing"

func TestLarger(t *testing.T) {
	for _, c := range []struct {
		a, b int
		want bool
	}{{2, 1, true}, {1, 2, false}, {1, 1, false}, {0, 1, false}, {1, 0, false}, {1, -1, false}, {-1, 1, false}, {0, 0, false}, {-1, -2, false}} {
		if larger(c.a, c.b) != c.want {
			t.Error(c)
		}
	}
}

func TestThatFails(t *testing.T) { t.Error("always") }
`

func sampleModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/sample\n\ngo 1.26\n", "inner/sample.go": source, "inner/sample_test.go": sourceTest,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRunCountsWhatNoTestNotices(t *testing.T) {
	dir := sampleModule(t)
	var out bytes.Buffer
	err := run(t.Context(), []string{"-C", dir, "-n", "1000", "-max", "0", "./..."}, &out)
	if err == nil || !strings.Contains(err.Error(), "too many mutants survive") {
		t.Fatalf("got %v, want too many survivors\n%s", err, out.String())
	}
	for _, want := range []string{
		"noticed: inner/sample.go:6 larger: negated condition: a > 0 && b > 0 || a == b",
		"noticed: inner/sample.go:7 larger: > becomes >=: a > b",
		"survived: inner/sample.go:6 larger: right operand of || left out: a == b",
		"not reached by any test: inner/sample.go:15 sum: statement left out: p.left += n",
		"not reached by any test: inner/sample.go:14 sum: only the first element: all",
		"not reached by any test: inner/sample.go:17 sum: field left left out: p.left",
		"not reached by any test: inner/sample.go:17 sum: + and - exchanged: len(all) + 1",
		"without a mutant, inner TestThatFails fails: left out", "\n- inner/sample.go:15: not reached by any test",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "inner", "sample.go")); err != nil || string(text) != source {
		t.Errorf("the source was changed: %v", err)
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

func TestExplainedMutantsDoNotCount(t *testing.T) {
	dir := sampleModule(t)
	file := filepath.Join(t.TempDir(), "equivalent.yaml")
	explain := func(function, place string) {
		text := "- {package: inner, function: " + function + place + ", reason: as below}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-C", dir, "-n", "1000", "-max", "100", "-equivalent", file, "./..."}
	var out bytes.Buffer
	const survivor = ", operator: 'right operand of || left out'"
	for place, count := range map[string]int{survivor + ", source: a == b": 1, survivor: 1, "": 3} {
		out.Reset()
		explain("larger", place)
		if err := run(t.Context(), args, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), fmt.Sprintf("| 0 | %d |", count)) {
			t.Errorf("%q does not explain %d mutants:\n%s", place, count, out.String())
		}
	}
	explain("larger", ", operator: '> becomes >=', source: a > b")
	for _, all := range [][]string{args, append([]string{"-explained"}, args...)} {
		out.Reset()
		if err := run(t.Context(), all, &out); err == nil || !strings.Contains(out.String(), "explained, but the tests of inner notice it: inner larger: > becomes >=: a > b") {
			t.Errorf("got %v, want a complaint about an explanation that tests refute:\n%s", err, out.String())
		}
	}
	explain("smaller", "")
	if err := run(t.Context(), args, &out); err == nil || !strings.Contains(err.Error(), "explains what is not in the code") {
		t.Errorf("got %v, want a complaint about a stale explanation", err)
	}
}

// TestExplanationsAreOfTheCode: what equivalent.yaml explains is in the packages that it names.
func TestExplanationsAreOfTheCode(t *testing.T) {
	const file = "equivalent.yaml"
	explained, err := readEquivalents(file)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]bool{}
	for place := range explained {
		packages["./"+place.Package] = true
	}
	args := []string{"-C", filepath.Join("..", ".."), "-list", "-n", "0", "-equivalent", file}
	if err := run(t.Context(), append(args, slices.Sorted(maps.Keys(packages))...), io.Discard); err != nil {
		t.Error(err)
	}
}

// TestWhatIsDrawn lists the mutants of small functions: what says nothing of the tests is not drawn, nor is anything twice.
func TestWhatIsDrawn(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a condition and all that it guards", `func f(a int) { if a > 0 { a = 1 } }`, []string{
			"condition always holds: a > 0", "condition never holds: a > 0", "negated condition: a > 0", "> becomes >=: a > 0",
		}},
		{"a condition that calls what may do something", `func f(g func() bool) { if g() { return } }`, []string{
			"condition always holds: g()", "condition never holds: g()", "negated condition: g()", "return left out: return",
		}},
		{"two statements", `func f(a bool) (b, c int) { if a { b = 1; c = 2 }; return }`, []string{
			"condition always holds: a", "condition never holds: a", "negated condition: a", "statement left out: b = 1", "statement left out: c = 2",
		}},
		{"whether there is anything", `func f(a []int, b bool) { if len(a) > 0 && b { a[0] = 1 } }`, []string{
			"condition always holds: len(a) > 0 && b", "condition never holds: len(a) > 0 && b", "negated condition: len(a) > 0 && b",
			"left operand of && left out: len(a) > 0", "right operand of && left out: b", "&& and || exchanged: len(a) > 0 && b",
		}},
		{"a result that says so", `func f(a []int) bool { return len(a) > 0 }`, []string{
			"flipped: zero returned: len(a) > 0", "> becomes >=: len(a) > 0",
		}},
		{"a panic", `func f(err error) { if err != nil { panic(err) } }`, nil},
		{"memory", `func f(b interface{ Grow(int) }, n int) []int { b.Grow(n + 1); return make([]int, 0, n+1) }`, []string{
			"zero returned: make([]int, 0, n+1)",
		}},
		{"a shifted constant", `func f(n int) uint64 { return 1 << n }`, []string{"zero returned: 1 << n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := sampleModule(t)
			text := "package sample\n\n" + c.text + "\n"
			if err := os.WriteFile(filepath.Join(dir, "inner", "sample.go"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			mod, err := loadModule(t.Context(), dir, []string{"./..."})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range mod.candidates() {
				got = append(got, m.key.Operator+": "+m.key.Source)
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			opts := options{root: dir, count: len(got), seed: 1}
			if drawn, err := mod.compile(t.Context(), mod.candidates(), opts, t.TempDir(), printer{io.Discard}); err != nil || len(drawn) != len(got) {
				t.Errorf("%d of them compile: %v", len(drawn), err)
			}
		})
	}
}

func TestDrawIsProportionalAndStable(t *testing.T) {
	var found []*mutant
	for i := range 90 {
		name := "large"
		if i%3 == 0 {
			name = "small"
		}
		found = append(found, &mutant{key: key{Package: name, Occurrence: i}, file: &sourceFile{path: "x.go"}})
	}
	drawn := draw(found, 30, 7)
	_, groups := byPackage(drawn)
	if len(groups["large"]) != 20 || len(groups["small"]) != 10 {
		t.Errorf("drew %d and %d, want 20 and 10", len(groups["large"]), len(groups["small"]))
	}
	for i, m := range draw(found, 30, 7) {
		if m != drawn[i] {
			t.Fatal("the same seed draws others")
		}
	}
}

func TestExcludedPackages(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"test/docs", "test/docs", true}, {"test/docs", "test/docs/more", false}, {"controllers/...", "controllers", true},
		{"controllers/...", "controllers/approval", true}, {"controllers/...", "controllersmore", false},
	} {
		if got := matches(c.path)(c.pattern); got != c.want {
			t.Errorf("%s matches %s: got %t", c.pattern, c.path, got)
		}
	}
}
