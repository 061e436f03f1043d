// SPDX-License-Identifier: Apache-2.0

package console

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
)

//go:embed templates
var templateFiles embed.FS

// templates is one set of templates for all pages: what pages share is kept once, however many pages there are.
type templates struct {
	set *template.Template
	// pages are the names of the pages, each of which has a title and a content.
	pages  []string
	static map[string]string
}

// newTemplates parses the templates. An error in any of them is one here, and not of the page that is opened first.
func newTemplates() (*templates, error) {
	t := &templates{static: map[string]string{}}
	for name := range contentTypes {
		t.static[name] = "/-/static/" + name + "?" + digestOf(staticFile(name))
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		t.pages = append(t.pages, strings.TrimSuffix(path.Base(file), ".html"))
	}
	t.set = template.New("pages").Funcs(functions(t))
	for _, part := range []string{"title", "content"} {
		if t.set, err = t.set.Parse(ofPages(part, t.pages)); err != nil {
			return nil, err
		}
	}
	if t.set, err = t.set.ParseFS(templateFiles, "templates/shared/*.html", "templates/*.html"); err != nil {
		return nil, err
	}
	// All of them are escaped when the first is executed.
	err = t.execute(io.Discard, failurePage, &frame{State: state.Empty(time.Time{}), Content: failure{}})
	return t, err
}

// ofPages returns the template of a part of all pages, by which the layout shows that of the page that a frame names. Templates are named
// by constants, so there is a branch for each page.
func ofPages(part string, pages []string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `{{define %q}}`, part)
	branch := "if"
	for _, page := range pages {
		fmt.Fprintf(&text, `{{%s eq .Template %q}}{{template %q .}}`, branch, page, page+"."+part)
		branch = "else if"
	}
	return text.String() + `{{end}}{{end}}`
}

// execute writes a page.
func (t *templates) execute(w io.Writer, page string, f *frame) error {
	if !slices.Contains(t.pages, page) {
		return fmt.Errorf("%s: %w", page, fs.ErrNotExist)
	}
	f.Template = page
	return t.set.ExecuteTemplate(w, "layout", f)
}
