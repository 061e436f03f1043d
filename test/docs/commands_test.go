// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/test/follow"
)

var update = flag.Bool("update", false, "write into the pages what the commands print")

// TestCommands runs the commands that pages show.
func TestCommands(t *testing.T) {
	all := pages(t)
	t.Chdir(root)
	ran := 0
	for _, page := range all {
		for _, block := range page.blocks {
			if block.language != "console" || page.name == follow.Tutorial {
				continue
			}
			session := shownIn(block)
			code := -1
			for i := range session {
				shown := &session[i]
				if shown.command == "echo $?" && code >= 0 {
					shown.compare(t, page.name, strconv.Itoa(code), false)
				}
				code = -1
				if args, is := manifestsOnly(shown.command); is {
					var out bytes.Buffer
					code = cli.Run(t.Context(), args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
					shown.compare(t, page.name, out.String(), code > 1)
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

// compare compares what a command printed with what is shown, and with -update shows that, unless the command failed: an error is on a
// page because a writer meant it. Editors take white space off the ends of lines.
func (s *shown) compare(t *testing.T, page, printed string, failed bool) {
	t.Helper()
	got := strings.Split(strings.TrimRight(printed, "\n"), "\n")
	for i := range got {
		got[i] = strings.TrimRight(got[i], " ")
	}
	if *update && !failed {
		s.output = got
	}
	if got, want := strings.Join(got, "\n"), strings.Join(s.output, "\n"); got != want {
		t.Errorf("%s:%d: %s\nprints\n%s\nthe page shows\n%s\n(go test ./test/docs -update writes it into the page, unless it is an error)", page, s.line, s.command, got, want)
	}
}

// manifestsOnly returns the arguments of a command that reads manifests, or nothing, and no cluster.
func manifestsOnly(command string) (args []string, is bool) {
	args, plain := follow.Words(command)
	if !plain || args[0] != "rolewright" {
		return nil, false
	}
	is = args[1] == "test"
	for _, arg := range args {
		is = is || arg == "-f" || arg == "--help" || arg == "--from"
	}
	return args, is
}
