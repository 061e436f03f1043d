// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
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
	explain := func(function string) {
		text := "- {package: inner, function: " + function + ", operator: 'right operand of || left out', source: a == b, reason: as below}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-C", dir, "-n", "1000", "-max", "100", "-equivalent", file, "./..."}
	var out bytes.Buffer
	explain("larger")
	if err := run(t.Context(), args, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "| 1 |") {
		t.Errorf("no mutant counts as explained:\n%s", out.String())
	}
	explain("smaller")
	if err := run(t.Context(), args, &out); err == nil || !strings.Contains(err.Error(), "explains what is not in the code") {
		t.Errorf("got %v, want a complaint about a stale explanation", err)
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
