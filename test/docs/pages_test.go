// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the repository's folder, from this one.
const root = "../.."

// page is one Markdown file.
type page struct {
	// name is its path in the repository.
	name   string
	text   string
	blocks []block
}

// block is a fenced block of a page.
type block struct {
	line     int
	language string
	// marker is the comment right above the block, empty when there is none.
	marker string
	lines  []string
}

// pages reads every page that people write.
func pages(t *testing.T) []page {
	t.Helper()
	names := []string{"README.md", "CONTRIBUTING.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if strings.HasSuffix(name, ".md") && filepath.ToSlash(name) != "docs/reference/api.md" {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	read := make([]page, 0, len(names))
	for _, name := range names {
		read = append(read, page{name: name, text: file(t, name)})
		read[len(read)-1].blocks = blocksOf(read[len(read)-1].text)
	}
	return read
}

// file reads a file of the repository.
func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var comment = regexp.MustCompile(`^<!-- (.*) -->$`)

func blocksOf(text string) []block {
	var blocks []block
	inside := false
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		fence, is := strings.CutPrefix(line, "```")
		switch {
		case is && !inside:
			opened := block{line: i + 1, language: fence}
			if i > 0 {
				if found := comment.FindStringSubmatch(lines[i-1]); found != nil {
					opened.marker = found[1]
				}
			}
			blocks = append(blocks, opened)
			inside = true
		case is:
			inside = false
		case inside:
			last := &blocks[len(blocks)-1]
			last.lines = append(last.lines, line)
		}
	}
	return blocks
}

// words splits what a page says at everything that is not part of a name.
func words(text string) []string {
	all := strings.FieldsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("_-", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	for i := range all {
		all[i] = strings.TrimLeft(all[i], "-")
	}
	slices.Sort(all)
	return slices.Compact(all)
}
