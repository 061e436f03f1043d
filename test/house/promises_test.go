// SPDX-License-Identifier: Apache-2.0

package house

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// promise is what a doc.go says that its package must not do, and what holds it
// to that: "depguard RULE" in .golangci.yml, "source CHECK" of this package, or
// "test FOLDER NAME", where the
// name is a test function or the text of a Ginkgo spec.
type promise struct {
	says string
	by   []string
}

var wanted = regexp.MustCompile(`must not`)

func TestEveryPromiseIsHeld(t *testing.T) {
	rules := depguardRules(t)
	for _, folder := range folders(t) {
		text := docText(t, folder)
		kept := promises[folder]
		for _, p := range kept {
			if !strings.Contains(text, p.says) {
				t.Errorf("%s/doc.go does not say %q: correct it in promises", folder, p.says)
			}
			for _, by := range p.by {
				checkHolder(t, folder, by, rules)
			}
		}
		covered := text
		for _, p := range kept {
			covered = strings.ReplaceAll(covered, p.says, "")
		}
		if wanted.MatchString(covered) {
			at := wanted.FindStringIndex(covered)[0]
			t.Errorf("%s/doc.go: nothing holds %q: name in promises the linter's rule or the test that does", folder, covered[at:min(at+90, len(covered))])
		}
	}
	for folder := range promises {
		if !slices.Contains(folders(t), folder) {
			t.Errorf("promises names %s, which is not there", folder)
		}
	}
}

// docText returns the package comment of a folder's doc.go with single spaces.
func docText(t *testing.T, folder string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, folder, "doc.go"))
	if os.IsNotExist(err) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(text), "//", " ")), " ")
}

func checkHolder(t *testing.T, folder, by string, rules map[string][]string) {
	t.Helper()
	words := strings.Fields(by)
	switch {
	case words[0] == "depguard" && len(words) == 2:
		if files, ok := rules[words[1]]; !ok || !appliesTo(files, folder) {
			t.Errorf("%s: depguard has no rule %s for it", folder, words[1])
		}
	case words[0] == "source" && len(words) == 2:
		check, ok := sourceChecks[words[1]]
		if !ok {
			t.Fatalf("%s: there is no check %s", folder, words[1])
		}
		check.run(t, folder)
	case words[0] == "test" && len(words) >= 3:
		if name := strings.Join(words[2:], " "); !hasTest(t, words[1], name) {
			t.Errorf("%s: %s has no test %q", folder, words[1], name)
		}
	default:
		t.Fatalf("%s: %q names no holder", folder, by)
	}
}

// hasTest reports whether a folder has a test, or a Ginkgo spec, of that name.
func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+name+"(") || strings.Contains(string(text), `It("`+name+`"`) {
			return true
		}
	}
	return false
}

// depguardRules returns the file patterns of each rule.
func depguardRules(t *testing.T) map[string][]string {
	t.Helper()
	var config struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files []string `json:"files"`
					} `json:"rules"`
				} `json:"depguard"`
			} `json:"settings"`
		} `json:"linters"`
	}
	if err := yaml.Unmarshal([]byte(read(t, ".golangci.yml")), &config); err != nil {
		t.Fatal(err)
	}
	rules := map[string][]string{}
	for name, rule := range config.Linters.Settings.Depguard.Rules {
		rules[name] = rule.Files
	}
	return rules
}

// appliesTo reports whether a rule's patterns select the files of a folder. A
// rule with negated patterns alone selects everything else.
func appliesTo(patterns []string, folder string) bool {
	selected, listed := false, false
	for _, pattern := range patterns {
		excluded := strings.HasPrefix(pattern, "!")
		pattern = strings.TrimPrefix(pattern, "!")
		if pattern == "$test" {
			continue
		}
		matches := pattern == "$all" || glob(pattern).MatchString(folder+"/file.go")
		if excluded && matches {
			return false
		}
		listed = listed || !excluded
		selected = selected || !excluded && matches
	}
	return selected || !listed
}

func glob(pattern string) *regexp.Regexp {
	text := regexp.QuoteMeta(pattern)
	text = strings.ReplaceAll(text, `\*\*/`, `(.*/)?`)
	text = strings.ReplaceAll(text, `\*\*`, `.*`)
	text = strings.ReplaceAll(text, `\*`, `[^/]*`)
	return regexp.MustCompile("^" + text + "$")
}
