// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

var update = flag.Bool("update", false, "write into the pages what the commands print")

// TestCommands runs the commands that pages show.
func TestCommands(t *testing.T) {
	all := pages(t)
	t.Chdir(root)
	ran := 0
	for _, page := range all {
		for _, block := range page.blocks {
			if block.language != "console" {
				continue
			}
			session := shownIn(block)
			code := -1
			for i := range session {
				shown := &session[i]
				if shown.command == "echo $?" && code >= 0 {
					shown.compare(t, page.name, strconv.Itoa(code))
				}
				code = -1
				if args, is := manifestsOnly(shown.command); is {
					var out bytes.Buffer
					code = cli.Run(t.Context(), args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
					shown.compare(t, page.name, out.String())
					ran++
				}
			}
			page.text = strings.Replace(page.text, strings.Join(block.lines, "\n"), written(session), 1)
		}
		if *update {
			if err := os.WriteFile(page.name, []byte(page.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands were run: the pages show more than that, unless they are read wrongly", ran)
	}
}

// shown is a command with what it prints.
type shown struct {
	line    int
	command string
	output  []string
}

func shownIn(b block) []shown {
	var all []shown
	for i, line := range b.lines {
		command, is := strings.CutPrefix(line, "$ ")
		if is {
			all = append(all, shown{line: b.line + 1 + i, command: command})
		} else if len(all) > 0 {
			all[len(all)-1].output = append(all[len(all)-1].output, line)
		}
	}
	return all
}

// written is a block in which commands were shown.
func written(session []shown) string {
	var lines []string
	for _, shown := range session {
		lines = append(append(lines, "$ "+shown.command), shown.output...)
	}
	return strings.Join(lines, "\n")
}

// compare compares what a command printed with what is shown. Editors take white space off the ends of lines.
func (s *shown) compare(t *testing.T, page, printed string) {
	t.Helper()
	got := strings.Split(strings.TrimRight(printed, "\n"), "\n")
	for i := range got {
		got[i] = strings.TrimRight(got[i], " ")
	}
	if *update {
		s.output = got
	}
	if got, want := strings.Join(got, "\n"), strings.Join(s.output, "\n"); got != want {
		t.Errorf("%s:%d: %s\nprints\n%s\nthe page shows\n%s\n(go test ./test/docs -update writes it into the page)", page, s.line, s.command, got, want)
	}
}

// manifestsOnly returns the arguments of a command that reads manifests, or nothing, and no cluster.
func manifestsOnly(command string) (args []string, is bool) {
	args, plain := arguments(command)
	if !plain || args[0] != "rolewright" {
		return nil, false
	}
	is = args[1] == "test"
	for _, arg := range args {
		is = is || arg == "-f" || arg == "--help" || arg == "--from"
	}
	return args, is
}

// quoted matches a word, or a part of one, in quotes within which a shell replaces nothing.
var quoted = regexp.MustCompile(`'[^']*'`)

// arguments splits a command into words as a shell does. It reports false if the command uses other features of a shell.
func arguments(command string) (args []string, plain bool) {
	// What is quoted stands aside while the rest is split.
	var aside []string
	rest := quoted.ReplaceAllStringFunc(command, func(part string) string {
		aside = append(aside, strings.Trim(part, "'"))
		return "\x00"
	})
	if strings.ContainsAny(rest, `|<>"'$;&\`) {
		return nil, false
	}
	args = strings.Fields(rest)
	for i := range args {
		for strings.Contains(args[i], "\x00") {
			args[i] = strings.Replace(args[i], "\x00", aside[0], 1)
			aside = aside[1:]
		}
	}
	return args, true
}

func TestArguments(t *testing.T) {
	for command, want := range map[string][]string{
		"a -f b":                 {"a", "-f", "b"},
		`a 'x=["y z"]' b`:        {"a", `x=["y z"]`, "b"},
		`a --x='y|z' 'p'q 'r s'`: {"a", "--x=y|z", "pq", "r s"},
		"a | b":                  nil,
		`a "b"`:                  nil,
		"a 'b":                   nil,
	} {
		if got, plain := arguments(command); !slices.Equal(got, want) || plain != (want != nil) {
			t.Errorf("%s is split into %q, want %q", command, got, want)
		}
	}
}
