// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/console/state"
)

// mostHits is how many hits of one kind a search shows.
const mostHits = 20

// Search is what has a text in its name.
type Search struct {
	Text   string
	Groups []HitGroup
}

// HitGroup is the hits of one kind.
type HitGroup struct {
	Title string
	Hits  []Hit
	// More counts the hits that are not shown.
	More int
}

// Hit is a thing that was found.
type Hit struct {
	Name, Title, Organization, Path string
}

// NewSearch looks for a text in the names of everything that has one, in all organizations.
func NewSearch(s *state.State, text string) *Search {
	search := &Search{Text: strings.TrimSpace(text)}
	if search.Text == "" {
		return search
	}
	groups := map[string]*HitGroup{}
	titles := []string{"Organizations", "Users", "Roles", "Units", "Permissions", "Requests", "Findings"}
	for _, title := range titles {
		groups[title] = &HitGroup{Title: title}
	}
	for _, o := range s.Organizations {
		search.organization(groups, o)
	}
	for _, title := range titles {
		group := groups[title]
		slices.SortStableFunc(group.Hits, func(a, b Hit) int { return cmp.Compare(search.rank(&a), search.rank(&b)) })
		if group.More = max(0, len(group.Hits)-mostHits); group.More > 0 {
			group.Hits = group.Hits[:mostHits]
		}
		if len(group.Hits) > 0 {
			search.Groups = append(search.Groups, *group)
		}
	}
	return search
}

// rank is 0 for the name itself, 1 for names that begin with the text and 2 for others.
func (s *Search) rank(hit *Hit) int {
	switch {
	case strings.EqualFold(hit.Name, s.Text):
		return 0
	case len(hit.Name) > len(s.Text) && strings.EqualFold(hit.Name[:len(s.Text)], s.Text):
		return 1
	}
	return 2
}

// organization adds what is found in an organization.
func (s *Search) organization(groups map[string]*HitGroup, o *state.Organization) {
	add := func(group, name, title string, path func() string) {
		if containsFold(name, s.Text) || containsFold(title, s.Text) {
			groups[group].Hits = append(groups[group].Hits, Hit{Name: name, Title: title, Organization: o.Namespace + "/" + o.Name, Path: path()})
		}
	}
	to := func(page, parameter, value string) func() string {
		return func() string { return Path(o, page, parameter, value) }
	}
	add("Organizations", o.Namespace+"/"+o.Name, o.Title(), to("", "", ""))
	for i := range o.Findings {
		found := &o.Findings[i]
		add("Findings", found.Subject(), found.Message, func() string { return ObjectPath(found.Object, found.Field) })
	}
	for i := range o.Members.Requests {
		add("Requests", o.Members.Requests[i].Name, "", to("request", "name", o.Members.Requests[i].Name))
	}
	if o.Document == nil {
		return
	}
	for _, id := range o.Users() {
		add("Users", id, "", to("user", "id", id))
	}
	for _, key := range slices.Sorted(maps.Keys(o.Document.Roles)) {
		add("Roles", key, o.Texts.Roles[key].Text.DisplayName, to("role", "name", key))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Document.Units)) {
		add("Units", name, o.Tree().Title(name), to("unit", "name", name))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Document.Permissions)) {
		add("Permissions", name, o.Texts.Permissions[name].DisplayName, to("permission", "name", name))
	}
}
