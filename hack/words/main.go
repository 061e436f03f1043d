// SPDX-License-Identifier: Apache-2.0

// Command words finds phrases that this project does not use, in every file that
// Git tracks: comments, messages, manifests and pages. docs/style.md shows what
// to write instead.
//
// In: a Git work tree, the current directory if no other is named. Out: a line
// with file, line and advice for each phrase, and exit code 1 if there is any. The
// command only reads.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// phrase is what nobody should write, and what to write instead. Phrases are
// found across the ends of lines.
type phrase struct {
	pattern *regexp.Regexp
	instead string
}

var phrases = []phrase{
	forbid(`tells? whether`, `"reports whether"`),
	forbid(`anew`, `"again", or leave it out`),
	forbid(`gravest`, `"most severe"`),
	forbid(`somebody`, `"someone", or name the role: user, caller, approver, requester`),
	forbid(`comes? to what`, `say what happens`),
	forbid(`of whom`, `turn the sentence: "a user is suspended if any of their assignments is"`),
	forbid(`whose? is not what (it|they) (was|were)`, `"changed"`),
	forbid(`is not what (it|they) (was|were)`, `"changed"`),
	forbid(`what is not what`, `"changed"`),
	forbid(`whoever`, `"anyone who", or name the role`),
	forbid(`whomever`, `"anyone whom", or name the role`),
}

// skipped are files and folders that quote the phrases, or were written by others.
var skipped = []string{"LICENSE", "docs/style.md", "hack/words/", "test/acceptance/testdata/"}

func isSkipped(name string) bool {
	return strings.HasSuffix(name, ".sum") ||
		slices.ContainsFunc(skipped, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

var errFound = errors.New("the phrases above are not ours: see docs/style.md")

func forbid(pattern, instead string) phrase {
	// A line may end within the phrase: the next one begins with its comment sign.
	between := `[ \t]*(?:[ \t]|\n[ \t]*(?://|#|>|\*)?[ \t]*)`
	pattern = strings.ReplaceAll(pattern, " ", between)
	return phrase{regexp.MustCompile(`(?i)\b(?:` + pattern + `)\b`), instead}
}

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	if err := run(root, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

func run(root string, out io.Writer) error {
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = root
	listed, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git ls-files in %s: %w", root, err)
	}
	found := false
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		path := filepath.Join(root, name)
		if name == "" || isSkipped(name) || isLink(path) {
			continue
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) || bytes.IndexByte(text, 0) >= 0 {
			continue // deleted and not committed, or not a text
		}
		if err != nil {
			return err
		}
		for _, line := range check(name, text) {
			found = true
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
	}
	if found {
		return errFound
	}
	return nil
}

// isLink reports whether a path is a link, which leads to what is listed by its own name.
func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

// check returns a line for each phrase in a text.
func check(name string, text []byte) []string {
	var lines []string
	for _, p := range phrases {
		for _, at := range p.pattern.FindAllIndex(text, -1) {
			words := strings.Join(strings.Fields(string(text[at[0]:at[1]])), " ")
			line := 1 + bytes.Count(text[:at[0]], []byte("\n"))
			lines = append(lines, fmt.Sprintf("%s:%d: %q: write %s", name, line, words, p.instead))
		}
	}
	return lines
}
