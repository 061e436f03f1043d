// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
)

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
			code := -1
			for _, shown := range shownIn(block) {
				if shown.command == "echo $?" && code >= 0 {
					shown.compare(t, page.name, strconv.Itoa(code)+"\n")
				}
				code = -1
				if args, is := manifestsOnly(shown.command); is {
					var out bytes.Buffer
					code = cli.Run(t.Context(), args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out})
					shown.compare(t, page.name, out.String())
					ran++
				}
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands were run: the pages show more than that, unless they are read wrongly", ran)
	}
}

// shown is a command with what it prints.
type shown struct {
	line            int
	command, output string
}

func shownIn(b block) []shown {
	var all []shown
	for i, line := range b.lines {
		command, is := strings.CutPrefix(line, "$ ")
		if is {
			all = append(all, shown{line: b.line + 1 + i, command: command})
		} else if len(all) > 0 {
			all[len(all)-1].output += line + "\n"
		}
	}
	return all
}

func (s shown) compare(t *testing.T, page, got string) {
	t.Helper()
	// Editors take white space off the ends of lines, and an empty line may set commands apart.
	if trim(got) != trim(s.output) {
		t.Errorf("%s:%d: %s\nprints\n%s\nthe page shows\n%s", page, s.line, s.command, got, s.output)
	}
}

func trim(text string) string {
	var trimmed strings.Builder
	for line := range strings.Lines(text) {
		fmt.Fprintln(&trimmed, strings.TrimRight(line, " \n"))
	}
	return strings.TrimRight(trimmed.String(), "\n")
}

// manifestsOnly returns the arguments of a command that reads manifests only.
func manifestsOnly(command string) (args []string, is bool) {
	args = strings.Fields(command)
	if args[0] != "rolewright" || strings.ContainsAny(command, `|<>"'$;&\`) {
		return nil, false
	}
	for _, arg := range args {
		is = is || arg == "-f" || arg == "--help" || arg == "--at"
	}
	return args, is
}
