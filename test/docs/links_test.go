// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	fenced  = regexp.MustCompile("(?s)\n```.*?\n```\n")
	// notInAnchors is what GitHub leaves out where it makes an anchor of a heading.
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// TestLinks follows the links from page to page.
func TestLinks(t *testing.T) {
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(fenced.ReplaceAllString(page.text, "\n"), -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			name := page.name
			if target != "" {
				name = path.Join(path.Dir(page.name), target)
			}
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("%s links to %s, which does not exist", page.name, found[1])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(file(t, name)), anchor) {
				t.Errorf("%s links to %s, but %s has no such heading", page.name, found[1], name)
			}
		}
	}
}

// anchors are those that GitHub makes of a page's headings.
func anchors(text string) []string {
	var all []string
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, "\n"), -1) {
		name := notInAnchors.ReplaceAllString(strings.ToLower(strings.TrimSpace(found[1])), "")
		all = append(all, strings.ReplaceAll(name, " ", "-"))
	}
	return all
}
