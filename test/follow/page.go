// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Tutorial is the page that is followed from its first line to its last, from the root of the repository.
const Tutorial = "docs/tutorial.md"

// Cluster marks the blocks of commands that need a cluster.
const Cluster = "followed by: test/approvals"

// block matches a fenced block with the comment right above it, if there is one.
var block = regexp.MustCompile("(?ms)^(?:<!-- ([^\n]*) -->\n)?```([a-z]+)\n((?:.*?\n)?)```$")

// Command is a command that a page shows.
type Command struct {
	// Marker is the comment above its block, empty if there is none.
	Marker string
	Line   string
	// Shown is what the page says that it prints.
	Shown string
}

// Page writes the files of a page into a folder and has its commands run, in the order of the page. It returns the page with what the
// commands print.
func Page(page, folder string, run func(command Command) (printed string, err error)) (string, error) {
	var whole strings.Builder
	end := 0
	for _, at := range block.FindAllStringSubmatchIndex(page, -1) {
		marker := ""
		if at[2] >= 0 {
			marker = page[at[2]:at[3]]
		}
		language, body := page[at[4]:at[5]], page[at[6]:at[7]]
		if err := write(folder, marker, body); err != nil {
			return "", err
		}
		whole.WriteString(page[end:at[6]])
		end = at[6]
		if language != "console" {
			continue
		}
		for _, command := range commandsOf(marker, body) {
			printed, err := run(command)
			if err != nil {
				return "", err
			}
			whole.WriteString("$ " + command.Line + "\n")
			for line := range strings.Lines(printed) {
				whole.WriteString(strings.TrimRight(line, " \n") + "\n")
			}
		}
		end = at[7]
	}
	return whole.String() + page[end:], nil
}

// commandsOf returns the commands of a block.
func commandsOf(marker, body string) []Command {
	var all []Command
	for line := range strings.Lines(body) {
		if command, is := strings.CutPrefix(line, "$ "); is {
			all = append(all, Command{Marker: marker, Line: strings.TrimSuffix(command, "\n")})
		} else if len(all) > 0 {
			all[len(all)-1].Shown += line
		}
	}
	return all
}

// What the comment above a block says of the file that the reader writes it into.
var (
	writes   = regexp.MustCompile(`^writes: (.+)$`)
	addsTo   = regexp.MustCompile(`^adds to: (.+)$`)
	replaces = regexp.MustCompile(`^replaces "(.+)" in: (.+)$`)
)

// write does to a file what the marker of a block says: it writes the block, adds it, or replaces the line with some text by it.
func write(folder, marker, body string) error {
	switch {
	case writes.MatchString(marker):
		return edit(filepath.Join(folder, writes.FindStringSubmatch(marker)[1]), func(string) string { return body })
	case addsTo.MatchString(marker):
		return edit(filepath.Join(folder, addsTo.FindStringSubmatch(marker)[1]), func(before string) string { return before + body })
	case replaces.MatchString(marker):
		of := replaces.FindStringSubmatch(marker)
		line := regexp.MustCompile(`(?m)^.*` + regexp.QuoteMeta(of[1]) + `.*\n`)
		return edit(filepath.Join(folder, of[2]), func(before string) string { return line.ReplaceAllLiteralString(before, body) })
	}
	return nil
}

// edit writes a file, from what it contains; nothing if it does not exist. An edit that changes nothing is an error.
func edit(path string, change func(before string) string) error {
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	after := change(string(before))
	if after == string(before) {
		return fmt.Errorf("%s is not changed by what the page says", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(after), 0o600)
}
