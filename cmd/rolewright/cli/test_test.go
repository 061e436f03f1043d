// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// TestTest runs suites, and looks at the files that are written.
func TestTest(t *testing.T) {
	folder := t.TempDir()
	samples, err := filepath.Abs("../../../config/samples/quickstart")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const head = "apiVersion: test.rolewright.dev/v1alpha1\nkind: Suite\nnow: 2030-06-01\n"
	write("good.yaml", head+"decisions: [{who: rosa@library.example, can: collection.view}]\n")
	write("bad.yaml", head+"decisions: [{name: 'a <b>', who: rosa@library.example, cannot: collection.view}]\n")
	write("wrong.yaml", head+"decisions: [{who: rosa@library.example, cannot: collection.veiw}]\n")
	write("empty.yaml", "apiVersion: v1\nkind: List\nitems: []\n")
	run := func(line string) (code int, out, errOut string) {
		var stdout, stderr bytes.Buffer
		args := strings.Fields(strings.ReplaceAll("rolewright test -f "+samples+" "+line, "@", folder+"/"))
		code = Run(t.Context(), args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr})
		return code, stdout.String(), stderr.String()
	}
	for _, c := range []struct {
		line   string
		code   int
		output string
	}{
		{"@good.yaml", 0, "ok    " + folder + "/good.yaml  1 case\n"},
		{"@good.yaml -v", 0, "--- PASS: decisions/rosa@library.example can collection.view (1 check)"},
		{"@good.yaml @bad.yaml", 1, "rosa@library.example can collection.view: expected no, got yes"},
		{"@wrong.yaml", 2, `there is no permission "collection.veiw": did you mean "collection.view"?`},
		{"@good.yaml --run nothing", 2, "no case has such a name"},
		{"@good.yaml --run (", 2, "missing closing )"},
		{"@empty.yaml", 2, "there is no suite"},
		{"@gone.yaml", 2, "no such file"},
		{"", 2, "name suites, or folders that contain some"},
		{"@good.yaml -A", 2, "suites are about manifests"},
		{"- -f -", 2, "standard input can only be read once"},
		{"@good.yaml --coverage", 0, "rule librarian rules[1] gave nothing: collection.edit"},
		{"@good.yaml --coverage-min 90", 1, "coverage of quickstart/quickstart is 12.5%, and must be 90%"},
		{"@good.yaml --coverage-min 101", 2, "write a number from 0 to 100"},
		{"@good.yaml -o xml", 2, "write text or json"},
	} {
		code, out, errOut := run(c.line)
		if code != c.code || !strings.Contains(out+errOut, c.output) {
			t.Errorf("test %s: exit code %d and\n%s%s", c.line, code, out, errOut)
		}
	}
	code, out, _ := run("@bad.yaml @good.yaml -o json --coverage --junit @j.xml --coverage-html @c.html --coverage-json @c.json")
	var printed struct {
		Passed   bool
		Suites   []struct{ Cases []struct{ Failures []any } }
		Coverage []struct{ Percent float64 }
	}
	if err := json.Unmarshal([]byte(out), &printed); err != nil || code != 1 {
		t.Fatalf("exit code %d, %v in %s", code, err, out)
	}
	if printed.Passed || len(printed.Suites) != 2 || len(printed.Suites[0].Cases[0].Failures) != 1 || printed.Coverage[0].Percent != 12.5 {
		t.Errorf("it prints %s", out)
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal([]byte(read("j.xml")), &suites); err != nil || suites.Tests != 2 || suites.Failures != 1 {
		t.Errorf("%v: %+v in\n%s", err, suites, read("j.xml"))
	}
	if page := read("c.html"); !strings.Contains(page, "quickstart/quickstart: 12.5%") || !strings.Contains(page, "✗ was never true") {
		t.Errorf("the page is\n%s", page)
	}
	if !strings.Contains(read("c.json"), `"kind": "AdministrationRule"`) {
		t.Errorf("the coverage is\n%s", read("c.json"))
	}
}
