// SPDX-License-Identifier: Apache-2.0

package console

import (
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
)

// defined are the templates that a file defines, and called those that it calls.
var (
	defined = regexp.MustCompile(`{{-? ?define "([^"]*)"`)
	called  = regexp.MustCompile(`{{-? ?template "([^"]*)"`)
)

// TestTemplatesAreOneSet: all pages are one set, in which the last of several templates of a name would be that of all pages. So what a
// page defines begins with its name, nothing is defined twice, and all that is defined is called.
func TestTemplatesAreOneSet(t *testing.T) {
	definers, calls := map[string]string{}, map[string]bool{"layout": true}
	for _, pattern := range []string{"templates/*.html", "templates/shared/*.html"} {
		files, err := fs.Glob(templateFiles, pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(templateFiles, file)
			if err != nil {
				t.Fatal(err)
			}
			prefix := ""
			if path.Dir(file) == "templates" {
				prefix = strings.TrimSuffix(path.Base(file), ".html") + "."
				calls[prefix+"title"], calls[prefix+"content"] = true, true
			}
			for _, match := range defined.FindAllStringSubmatch(string(text), -1) {
				name := match[1]
				if !strings.HasPrefix(name, prefix) || prefix == "" && strings.Contains(name, ".") {
					t.Errorf("%s: the name of template %q does not begin with %q", file, name, prefix)
				}
				if definers[name] != "" {
					t.Errorf("%s: template %q is defined in %s too", file, name, definers[name])
				}
				definers[name] = file
			}
			for _, match := range called.FindAllStringSubmatch(string(text), -1) {
				calls[match[1]] = true
			}
		}
	}
	for name, file := range definers {
		if !calls[name] {
			t.Errorf("%s: nothing calls template %q", file, name)
		}
	}
}

// TestPagesAreNamed: what is written is the page that is named, and nothing for a name that no page has.
func TestPagesAreNamed(t *testing.T) {
	all, err := newTemplates()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(all.pages, "organizations") || slices.Contains(all.pages, "layout") {
		t.Errorf("the pages are %v", all.pages)
	}
	f := &frame{State: state.Empty(time.Time{}), Content: failure{Title: "Gone", Message: "It is away."}}
	var out strings.Builder
	if err := all.execute(&out, failurePage, f); err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"<title>Gone · Rolewright</title>", "<h1>Gone</h1>", "It is away."} {
		if !strings.Contains(out.String(), wanted) {
			t.Errorf("the page lacks %s: %s", wanted, out.String())
		}
	}
	if err := all.execute(io.Discard, "nothing", f); err == nil {
		t.Error("there is a page of nothing")
	}
}
