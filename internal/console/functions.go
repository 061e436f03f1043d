// SPDX-License-Identifier: Apache-2.0

package console

import (
	"encoding/json"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/history"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/validation"
)

// functions are what templates call.
func functions(t *templates) template.FuncMap {
	return template.FuncMap{
		"static": func(name string) string { return t.static[name] },
		"count":  english.Count,
		"object": view.ObjectPath,
		"at":     func(f validation.Finding) string { return view.ObjectPath(f.Object, f.Field) },
		"lower":  strings.ToLower,
		"json":   asJSON,
		// Times have one form for people, also within texts; templates keep the one of the API beside it. Columns of times have seconds.
		"minutes":   english.Minutes,
		"seconds":   func(at time.Time) string { return at.UTC().Format(time.DateTime) },
		"iso":       english.Time,
		"times":     english.SplitTimes,
		"inminutes": english.WithMinutes,
		"duration":  duration,
		"event":     func(f *frame, e history.Event) event { return event{Frame: f, Event: e} },
		"list":      func(words []string) string { return strings.Join(words, ", ") },
		"page":      withPage,
		// The table was written by html/template in package matrix.
		"table": func(html string) template.HTML { return template.HTML(html) }, //nolint:gosec // See above.
		"tab":   func(f *frame, page, title string) tab { return tab{Frame: f, Page: page, Title: title} },
		"pages": func(address, parameter string, p view.Paging) pages {
			return pages{Address: address, Parameter: parameter, Paging: p}
		},
		"path":    view.Path,
		"catalog": view.CatalogPath,
		"sheet":   func(o *state.Organization, s *report.Sheet) sheet { return sheet{Organization: o, Sheet: s} },
		"one":     func(f *frame, name string) one { return one{Frame: f, Name: name} },
		"named":   func(f *frame, names []string) named { return named{Frame: f, Names: names} },
		"node":    func(f *frame, node view.UnitNode) unitNode { return unitNode{Frame: f, UnitNode: node} },
	}
}

// tab is an entry of the navigation.
type tab struct {
	Frame       *frame
	Page, Title string
}

// pages are the links to other pages of a list. Parameter is that of the address with the number of a page.
type pages struct {
	Address, Parameter string
	view.Paging
}

// sheet is a difference with its organization, to which it leads.
type sheet struct {
	Organization *state.Organization
	*report.Sheet
}

// event is an event with the frame of its page.
type event struct {
	Frame *frame
	Event history.Event
}

// one is a name with the frame of its page.
type one struct {
	Frame *frame
	Name  string
}

// named are names of one kind with the frame of their page.
type named struct {
	Frame *frame
	Names []string
}

// unitNode is a unit with the frame of its page.
type unitNode struct {
	Frame *frame
	view.UnitNode
}

// duration writes a period without units of which there are none at its end, for example 2h.
func duration(seconds int64) string {
	text := (time.Duration(seconds) * time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// withPage returns an address with another number of a page.
func withPage(address, parameter, number string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	query.Set(parameter, number)
	u.RawQuery = query.Encode()
	return u.String()
}

// asJSON writes a value on one line.
func asJSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}
