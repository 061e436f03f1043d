// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// measured is a run in which everything costs what there are users, times a factor.
func measured(names ...string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "goos: linux")
	for i, name := range names {
		for _, users := range []int{100_000, 100, 1_000} { // in whatever order
			fmt.Fprintf(&b, "BenchmarkCost/%s/users=%d-2 \t 10 \t %d %s\t 3 allocs/op\n", name, users, users*(i+1), units[name])
		}
	}
	fmt.Fprintln(&b, "BenchmarkOther/check/users=5-2 1 7 cpu-ns\nPASS")
	return b.String()
}

// TestPlot: the drawing is well formed, says in words what it shows, has a point for each figure, and is the same each time.
func TestPlot(t *testing.T) {
	run1, run2 := new(bytes.Buffer), new(bytes.Buffer)
	for _, svg := range []*bytes.Buffer{run1, run2} {
		if err := run(strings.NewReader(measured("check", "resolve", "change", "memory")), svg); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(run1.Bytes(), run2.Bytes()) {
		t.Error("the same figures give different drawings")
	}
	elements := map[string]int{}
	for decoder := xml.NewDecoder(bytes.NewReader(run1.Bytes())); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, is := token.(xml.StartElement); is {
			elements[start.Name.Local]++
		}
	}
	if elements["polyline"] != 4 || elements["circle"] != 12 {
		t.Errorf("there are %d curves with %d points, not 4 with 12", elements["polyline"], elements["circle"])
	}
	for _, want := range []string{
		"A decision: 100 ns with 100 users, 100 µs with 100,000.", "Live memory of an index: 400 B with 100 users, 400 KB with 100,000.",
		`points="0,190 120,126.7 360,0"`, "prefers-color-scheme: dark",
	} {
		if !strings.Contains(run1.String(), want) {
			t.Errorf("the drawing does not say %q:\n%s", want, run1)
		}
	}
}

// TestReadSaysWhatIsMissing: figures that are missing, or that no logarithm has, are errors, and the median counts of several.
func TestReadSaysWhatIsMissing(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":     {"", "check is measured with 0 numbers of users"},
		"no memory":   {measured("check", "resolve", "change"), "memory is measured with 0"},
		"no unit":     {"BenchmarkCost/check/users=5-2 1 7 B/op", "there is no value in cpu-ns"},
		"zero":        {"BenchmarkCost/check/users=5-2 1 0 cpu-ns", "0 cpu-ns is not greater than 0"},
		"no number":   {"BenchmarkCost/check/users=5-2 1 x cpu-ns", "invalid syntax"},
		"NaN":         {"BenchmarkCost/check/users=5-2 1 NaN cpu-ns", "is not greater than 0"},
		"many digits": {"BenchmarkCost/check/users=99999999999999999999-2 1 7 cpu-ns", "value out of range"},
	} {
		if err := run(strings.NewReader(c.text), io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, which does not say %q", name, err, c.want)
		}
	}
	all, err := read(strings.NewReader(strings.Repeat("BenchmarkCost/check/users=5 1 7 cpu-ns\n", 2) + "BenchmarkCost/check/users=5 1 900 cpu-ns\n"))
	if err != nil || all["check"][0] != (point{5, 7}) {
		t.Errorf("the median of 7, 7 and 900 is %v (%v)", all, err)
	}
}

// TestPageShowsThePlot: the one in docs was drawn by this command.
func TestPageShowsThePlot(t *testing.T) {
	svg, err := os.ReadFile(filepath.Join("..", "..", "docs", "performance.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, panel := range panels {
		if !strings.Contains(string(svg), panel.title+": ") {
			t.Errorf("docs/performance.svg does not say in words what %s costs: run make bench-plot", panel.title)
		}
	}
}
