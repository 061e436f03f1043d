// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
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
	Kind HitKind
	Hits []Hit
	// More counts the hits that are not shown.
	More int
}

// HitKind is a kind of things that have names.
type HitKind string

// Kinds of things that are found.
const (
	HitOrganization HitKind = "organization"
	HitUser         HitKind = "user"
	HitRole         HitKind = "role"
	HitUnit         HitKind = "unit"
	HitPermission   HitKind = "permission"
	HitRequest      HitKind = "request"
	HitFinding      HitKind = "finding"
	HitPlatform     HitKind = "platform"
)

// hitKinds are the kinds in the order in which they are shown.
var hitKinds = []HitKind{HitOrganization, HitUser, HitRole, HitUnit, HitPermission, HitRequest, HitFinding, HitPlatform}

// Hit is a thing that was found.
type Hit struct {
	Name, Title, Path string
	// Of is the organization that has it, or the kind of what all of them share.
	Of string
}

// NewSearch looks for a text in the names of everything that has one, in all organizations.
func NewSearch(s *state.State, text string) *Search {
	search := &Search{Text: strings.TrimSpace(text)}
	if search.Text == "" {
		return search
	}
	groups := map[HitKind]*HitGroup{}
	for _, kind := range hitKinds {
		groups[kind] = &HitGroup{Kind: kind}
	}
	for _, o := range s.Organizations {
		search.organization(groups, o)
	}
	search.platform(groups[HitPlatform], s)
	for _, kind := range hitKinds {
		group := groups[kind]
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

// platform adds what is found of what organizations share.
func (s *Search) platform(group *HitGroup, in *state.State) {
	add := func(ref model.Ref, title, path string) {
		if containsFold(ref.Name, s.Text) || containsFold(title, s.Text) {
			group.Hits = append(group.Hits, Hit{Name: ref.Name, Title: title, Of: ref.Kind, Path: path})
		}
	}
	for i := range in.Objects.Catalogs {
		row := newCatalogRow(&in.Objects.Catalogs[i])
		add(row.Ref, string(in.Objects.Catalogs[i].Spec.DisplayName), CatalogPath(row.Ref.Name))
	}
	for i := range in.Objects.PlatformRoles {
		row := newPlatformRoleRow(&in.Objects.PlatformRoles[i])
		add(row.Ref, string(in.Objects.PlatformRoles[i].Spec.DisplayName), ObjectPath(row.Ref, ""))
	}
	for i := range in.Objects.PlatformAssignments {
		written := &in.Objects.PlatformAssignments[i]
		add(model.Ref{Kind: model.KindPlatformAssignment, Name: written.Name}, string(written.Spec.User),
			PlatformPath+"?"+url.Values{"text": {written.Name}}.Encode()+"#holders")
	}
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
func (s *Search) organization(groups map[HitKind]*HitGroup, o *state.Organization) {
	add := func(kind HitKind, name, title string, path func() string) {
		if containsFold(name, s.Text) || containsFold(title, s.Text) {
			groups[kind].Hits = append(groups[kind].Hits, Hit{Name: name, Title: title, Of: o.Namespace + "/" + o.Name, Path: path()})
		}
	}
	to := func(page, parameter, value string) func() string {
		return func() string { return Path(o, page, parameter, value) }
	}
	add(HitOrganization, o.Namespace+"/"+o.Name, o.Title(), to("", "", ""))
	for i := range o.Findings {
		found := &o.Findings[i]
		add(HitFinding, found.Subject(), found.Message, func() string { return ObjectPath(found.Object, found.Field) })
	}
	for i := range o.Members.Requests {
		add(HitRequest, o.Members.Requests[i].Name, "", to("request", "name", o.Members.Requests[i].Name))
	}
	if o.Document == nil {
		return
	}
	for _, id := range o.Users() {
		add(HitUser, id, "", to("user", "id", id))
	}
	for _, key := range slices.Sorted(maps.Keys(o.Document.Roles)) {
		add(HitRole, key, o.Texts.Roles[key].Text.DisplayName, to("role", "name", key))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Document.Units)) {
		add(HitUnit, name, o.Tree().Title(name), to("unit", "name", name))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Document.Permissions)) {
		add(HitPermission, name, o.Texts.Permissions[name].DisplayName, to("permission", "name", name))
	}
}
