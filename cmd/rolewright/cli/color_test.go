// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"regexp"
	"strings"
	"testing"
)

// TestColours: each word that is coloured, in its colour; without --color nothing is coloured that is written to a pipe, and what is
// coloured is the same text.
func TestColours(t *testing.T) {
	noCluster(t)
	const quickstart, shop = " -f ../../../config/samples/quickstart", " -f testdata/shop"
	const library = " --from ../../../config/samples/quickstart --to ../../../docs/examples/library-changed.yaml"
	const raise = " --from ../../../config/samples/performance --to ../../../config/samples/performance --to ../../../docs/examples/raise.yaml"
	const good, bad, note, end = "\x1b[32m", "\x1b[31m", "\x1b[36m", "\x1b[0m"
	escape := regexp.MustCompile(`\x1b\[\d*m`)
	for line, want := range map[string][]string{
		"can lena@library.example loans.create --unit harbour" + quickstart:                                    {good + "yes" + end + ": "},
		"explain lena@library.example loans.create --unit hill" + quickstart:                                   {bad + "no" + end + ": "},
		"can mark@compass.example give manager to emma@compass.example -f ../../../config/samples/performance": {good + "yes" + end + ": "},
		"authorize --as mark@compass.example" + raise:                                                          {good + "allowed" + end + ": ", good + "yes" + end + ": "},
		"authorize --as max@compass.example" + raise:                                                           {bad + "refused" + end + ": ", bad + "no" + end + ": "},
		"validate" + quickstart:                      {": " + note + "info" + end + ": "},
		"validate -f testdata/faulty -n here":        {bad + "error" + end + ": "},
		"test ../../../config/samples/quickstart -v": {"--- " + good + "PASS" + end + ": ", good + "ok  " + end},
		"test ../../../config/samples/quickstart -f ../../../docs/examples/library-changed.yaml": {"--- " + bad + "FAIL" + end, bad + "FAIL" + end + "  "},
		"diff" + library + " --at 2030-01-01":                                                    {good + "+ collection.withdraw", bad + "- loans.extend; if own" + end},
	} {
		plain, _, _ := call(t, "", strings.Fields(line)...)
		coloured, _, _ := call(t, "", strings.Fields(line+" --color always")...)
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s colours a pipe: %q", line, plain)
		}
		if escape.ReplaceAllString(coloured, "") != plain {
			t.Errorf("%s writes another text in colours", line)
		}
		for _, part := range want {
			if !strings.Contains(coloured, part) {
				t.Errorf("%s lacks %q: %q", line, part, coloured)
			}
		}
	}
	for _, line := range []string{"can lena@library.example loans.create -o json" + quickstart, "validate -o json" + shop, "diff -o markdown" + library, "matrix -o csv" + shop} {
		if out, _, _ := call(t, "", strings.Fields(line+" --color always")...); out == "" || strings.Contains(out, "\x1b") {
			t.Errorf("%s colours what a program reads: %q", line, out)
		}
	}
	if _, errOut, code := call(t, "", "version", "--color", "sometimes"); code != 2 || !strings.Contains(errOut, "write auto, always or never") {
		t.Errorf("an unknown choice exits with %d: %s", code, errOut)
	}
}
