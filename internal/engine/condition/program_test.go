// SPDX-License-Identifier: Apache-2.0

package condition_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// line is a directory in which each user's manager is the next one.
type line []string

func (l line) IsManager(a, b string) bool {
	for i := range len(l) - 1 {
		if l[i] == b && l[i+1] == a {
			return true
		}
	}
	return false
}

func (l line) IsAbove(a, b string) bool {
	return strings.Index(strings.Join(l, ""), a) > strings.Index(strings.Join(l, ""), b)
}

func input() condition.Input {
	return condition.Input{
		Subject:   condition.Subject{Type: "user", ID: "a", Properties: map[string]any{"level": 3.0, "discipline": "PT"}},
		Action:    condition.Action{Name: "profile.name.update"},
		Resource:  condition.Resource{Type: "plan", ID: "1", Properties: map[string]any{"owner": "a", "list": []any{"a", 1.0}, "none": nil}, Unit: map[string]any{"open": true}},
		Context:   map[string]any{"ip": "::1"},
		Now:       time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Directory: line{"a", "b", "c"},
	}
}

func TestEval(t *testing.T) {
	const cannot = "cannot be evaluated"
	for expression, want := range map[string]string{
		`resource.properties.owner == subject.id`:                        "true",
		`resource.properties.missing == subject.id`:                      cannot,
		`has(resource.properties.missing)`:                               "false",
		`has(resource.properties.none)`:                                  "true",
		`now + google.protobuf.Duration{seconds: 60} > now`:              "true",
		`has(resource.unit)`:                                             "true",
		`resource.properties.none == true`:                               "false",
		`subject.id in resource.properties.list`:                         "true",
		`subject.id in resource.properties.owner`:                        cannot,
		`subject.properties.level > 2`:                                   "true",
		`subject.properties.level == 3`:                                  "true",
		`subject.properties.discipline > 2`:                              cannot,
		`subject.properties.discipline`:                                  cannot,
		`resource.unit.open`:                                             "true",
		`resource.unit.closed || true`:                                   "true",
		`resource.unit.closed || false`:                                  cannot,
		`context.ip == '::1'`:                                            "true",
		`now < timestamp('2026-01-02T03:04:06Z')`:                        "true",
		`directory.isManager('b', 'a') && !directory.isManager('c','a')`: "true",
		`string(dyn(directory)) == ''`:                                   cannot,
		`type(directory) == string`:                                      cannot,
		`directory.isAbove('c', resource.properties.owner)`:              "true",
		`directory.isAbove('c', resource.properties.list)`:               cannot,
		`action.name.split('.')[1] == 'name'`:                            "true",
		`sets.contains(['a', 'b'], ['a'])`:                               "true",
		`subject == subject`:                                             cannot,
		`rolewright.Subject{id: 'x'}.id == 'x'`:                          cannot,
		`[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, a+b+c+d+e >= 0)))))`: cannot,
	} {
		program, err := condition.Compile(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		got := "false"
		result, err := program.Eval(&condition.Activation{Input: input()})
		switch {
		case err != nil && result:
			t.Errorf("%s cannot be evaluated, and is true", expression)
		case err != nil:
			got = cannot
		case result:
			got = "true"
		}
		if got != want {
			t.Errorf("%s is %s; want %s", expression, got, want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	for expression, want := range map[string]string{
		`resource.`:                        "line 1, column 10: Syntax error",
		`subject.name == 'a'`:              "undefined field 'name'",
		`user.id == 'a'`:                   "undeclared reference to 'user'",
		`subject.id`:                       "yields string; it must yield a boolean",
		`subject.id == 1`:                  "no matching overload",
		`directory.isAbove('a')`:           "no matching overload",
		`resource.id.matches('[')`:         "missing closing ]",
		"subject.id ==\n  1":               "line 1, column 12: found no matching overload",
		strings.Repeat("!", 9000) + "true": "at most 8192",
		strings.Repeat(" ", 8189) + "true": "at most 8192",
	} {
		if _, err := condition.Compile(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error %v; want it to contain %q", expression, err, want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has several lines: %v", expression, err)
		}
	}
}

func FuzzCompileAndEval(f *testing.F) {
	for _, seed := range []string{
		`resource.properties.owner == subject.id`, `directory.isAbove(subject.id, resource.properties.owner)`,
		`resource.properties.list.exists(f, action.name == 'profile.' + f + '.update')`, `"a".replace("", "aaaa").replace("", "bbbb")`,
		`now + duration('24h') > now`, `{`, `has(a.b)`, `[1,2].map(x, x * 2) == [2,4]`, "resource.id.matches('a+b')",
	} {
		f.Add(seed, `a`, 1.5)
	}
	f.Fuzz(func(_ *testing.T, expression, text string, number float64) {
		program, err := condition.Compile(expression)
		if err != nil {
			return
		}
		in := input()
		in.Resource.Properties = map[string]any{"owner": text, "list": []any{text, number, nil, map[string]any{text: number}}}
		_, _ = program.Eval(&condition.Activation{Input: in})
	})
}

// TestWithoutDirectory: an expression that asks a directory cannot be evaluated if there is none.
func TestWithoutDirectory(t *testing.T) {
	program, err := condition.Compile(`directory.isManager('b', 'a')`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := program.Eval(&condition.Activation{}); err == nil || !strings.Contains(err.Error(), "there is no directory") {
		t.Errorf("got %v", err)
	}
	if value, known := (&condition.Activation{}).ResolveName("nobody"); known {
		t.Errorf("nobody is %v", value)
	}
}

// TestLongestExpression: one that has as many bytes as are allowed compiles.
func TestLongestExpression(t *testing.T) {
	if _, err := condition.Compile(strings.Repeat(" ", condition.MaxLength-len("true")) + "true"); err != nil {
		t.Error(err)
	}
}

// TestTimeZonesAreCompiledIn: conditions know time zones on machines that do not.
func TestTimeZonesAreCompiledIn(t *testing.T) {
	imported, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(imported), "\ntime/tzdata\n") {
		t.Error("the package does not import time/tzdata")
	}
}
