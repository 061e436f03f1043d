// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Platform is the page of what organizations share: catalogs, the roles that the platform ships, and who holds roles over organizations.
type Platform struct {
	// Filter is a text that names contain, and Role the role that holders have; each is empty for no limit.
	Filter, Role string
	Catalogs     []CatalogRow
	Roles        []PlatformRoleRow
	Holdings     []PlatformHolding

	CatalogPages, RolePages, HoldingPages Paging
}

// PlatformQuery is what a person wants to see of the platform, as they wrote it, with the number of a page for each of the lists.
type PlatformQuery struct {
	Filter, Role              string
	Catalogs, Roles, Holdings string
}

// CatalogRow is a catalog in a list.
type CatalogRow struct {
	Ref   model.Ref
	Title string
	// Permissions, Roles and Organizations count its permissions, the platform roles that come with it, and the organizations that use it.
	Permissions, Roles, Organizations int
	Findings                          int
}

// PlatformRoleRow is a platform role in a list.
type PlatformRoleRow struct {
	Ref                         model.Ref
	Title, Description, Catalog string
	// Over is set if the role is held over organizations, not in them.
	Over bool
	// Holders counts the users to whom platform assignments give a role over organizations, and those who hold another one, organization by
	// organization.
	Holders  int
	Findings int
}

// PlatformHolding is a grant of a role over organizations. An assignment without grants has one without Role.
type PlatformHolding struct {
	User, Name string
	Suspended  bool
	// Ref is the assignment, and Field the grant in it.
	Ref      model.Ref
	Field    string
	Findings int
	Role     string
	Window   document.Window
	Reason   string
	// All is set if the grant picks all organizations; otherwise it picks those with the labels of Selector, and none if that is empty.
	All      bool
	Selector string
	// Organizations are the first of those in which the grant counts, and Count how many there are.
	Organizations []*state.Organization
	Count         int
}

// mostPicked is how many organizations of a grant are named.
const mostPicked = 5

// NewPlatform returns the page of what organizations share.
func NewPlatform(s *state.State, query PlatformQuery) *Platform {
	p := &Platform{Filter: query.Filter, Role: query.Role}
	p.addCatalogs(s, query.Catalogs)
	p.addRoles(s, query.Roles)
	p.addHoldings(s, query.Holdings)
	return p
}

// keeps reports whether one of some texts contains the filter.
func (p *Platform) keeps(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return containsFold(text, p.Filter) })
}

func (p *Platform) addCatalogs(s *state.State, page string) {
	for i := range s.Objects.Catalogs {
		if row := newCatalogRow(&s.Objects.Catalogs[i]); p.keeps(row.Ref.Name, row.Title) {
			p.Catalogs = append(p.Catalogs, row)
		}
	}
	slices.SortFunc(p.Catalogs, func(a, b CatalogRow) int { return a.Ref.Compare(b.Ref) })
	p.Catalogs, p.CatalogPages = paginate(p.Catalogs, page)
	for i := range p.Catalogs {
		p.Catalogs[i].complete(s)
	}
}

func (p *Platform) addRoles(s *state.State, page string) {
	for i := range s.Objects.PlatformRoles {
		if row := newPlatformRoleRow(&s.Objects.PlatformRoles[i]); p.keeps(row.Ref.Name, row.Title, row.Catalog) {
			p.Roles = append(p.Roles, row)
		}
	}
	slices.SortFunc(p.Roles, comparePlatformRoles)
	p.Roles, p.RolePages = paginate(p.Roles, page)
	for i := range p.Roles {
		p.Roles[i].complete(s)
	}
}

func (p *Platform) addHoldings(s *state.State, page string) {
	for i := range s.Objects.PlatformAssignments {
		for _, holding := range holdingsOf(&s.Objects.PlatformAssignments[i]) {
			if (p.Role == "" || p.Role == holding.Role) && p.keeps(holding.User, holding.Name, holding.Ref.Name, holding.Role) {
				p.Holdings = append(p.Holdings, holding)
			}
		}
	}
	slices.SortFunc(p.Holdings, func(a, b PlatformHolding) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Role, b.Role), a.Ref.Compare(b.Ref), cmp.Compare(a.Field, b.Field))
	})
	p.Holdings, p.HoldingPages = paginate(p.Holdings, page)
	for i := range p.Holdings {
		p.Holdings[i].complete(s)
	}
}

func newCatalogRow(written *v1alpha1.PermissionCatalog) CatalogRow {
	return CatalogRow{
		Ref: model.Ref{Kind: model.KindCatalog, Name: written.Name}, Title: cmp.Or(string(written.Spec.DisplayName), written.Name),
		Permissions: len(written.Spec.Permissions),
	}
}

// complete counts who uses the catalog, what comes with it, and what is found in it.
func (c *CatalogRow) complete(s *state.State) {
	c.Organizations, c.Findings = len(usingCatalog(s, c.Ref.Name)), len(findingsAbout(s.Findings, c.Ref))
	for i := range s.Objects.PlatformRoles {
		c.Roles += b2i(s.Objects.PlatformRoles[i].Spec.CatalogRef.Name == c.Ref.Name)
	}
}

// usingCatalog returns the organizations that use a catalog.
func usingCatalog(s *state.State, catalog string) []*state.Organization {
	return slices.DeleteFunc(slices.Clone(s.Organizations), func(o *state.Organization) bool {
		return o.Environment.Organization.Catalog != catalog
	})
}

func newPlatformRoleRow(written *v1alpha1.PlatformRole) PlatformRoleRow {
	return PlatformRoleRow{
		Ref: model.Ref{Kind: model.KindPlatformRole, Name: written.Name}, Title: cmp.Or(string(written.Spec.DisplayName), written.Name),
		Description: string(written.Spec.Description), Catalog: written.Spec.CatalogRef.Name,
		Over: written.Spec.AssignableScope == v1alpha1.AssignableScopePlatform,
	}
}

// complete counts the holders of the role, and what is found in it.
func (r *PlatformRoleRow) complete(s *state.State) {
	r.Findings = len(findingsAbout(s.Findings, r.Ref))
	if r.Over {
		r.Holders = countHolders(s, r.Ref.Name)
		return
	}
	key := (model.RoleRef{Kind: model.KindPlatformRole, Name: r.Ref.Name}).Key()
	for _, o := range s.Organizations {
		if o.Resolution != nil {
			r.Holders += o.Resolution.Holders[key]
		}
	}
}

// countHolders counts the users to whom platform assignments give a role.
func countHolders(s *state.State, role string) int {
	users := map[v1alpha1.UserID]bool{}
	for i := range s.Objects.PlatformAssignments {
		spec := &s.Objects.PlatformAssignments[i].Spec
		if slices.ContainsFunc(spec.Grants, func(g v1alpha1.PlatformGrant) bool { return g.RoleRef.Name == role }) {
			users[spec.User] = true
		}
	}
	return len(users)
}

// comparePlatformRoles sorts roles by catalog, those that are held over organizations last.
func comparePlatformRoles(a, b PlatformRoleRow) int {
	return cmp.Or(cmp.Compare(a.Catalog, b.Catalog), cmp.Compare(b2i(a.Over), b2i(b.Over)), a.Ref.Compare(b.Ref))
}

// holdingsOf returns the grants of an assignment as they are written.
func holdingsOf(written *v1alpha1.PlatformAssignment) []PlatformHolding {
	of := PlatformHolding{
		User: string(written.Spec.User), Name: string(written.Spec.DisplayName), Suspended: written.Spec.State == v1alpha1.UserSuspended,
		Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: written.Name},
	}
	if len(written.Spec.Grants) == 0 {
		return []PlatformHolding{of}
	}
	list := make([]PlatformHolding, len(written.Spec.Grants))
	for i := range written.Spec.Grants {
		grant, holding := &written.Spec.Grants[i], of
		holding.Field, holding.Role, holding.Reason = "spec.grants["+string(grant.Name)+"]", grant.RoleRef.Name, string(grant.Reason)
		holding.Window = document.Window{StartTime: timeOf(grant.StartTime), EndTime: timeOf(grant.EndTime)}
		if picked := grant.Organizations; picked != nil {
			holding.All = picked.All != nil && *picked.All
			if !holding.All && picked.Selector != nil {
				holding.Selector = metav1.FormatLabelSelector(picked.Selector)
			}
		}
		list[i] = holding
	}
	return list
}

func timeOf(written *metav1.Time) *time.Time {
	if written == nil {
		return nil
	}
	return &written.Time
}

// complete adds what is found in the assignment, and in which organizations the grant counts.
func (h *PlatformHolding) complete(s *state.State) {
	h.Findings = len(findingsAbout(s.Findings, h.Ref))
	for _, o := range s.Organizations {
		if o.Document == nil || !h.countsIn(o) {
			continue
		}
		h.Count++
		if h.Count <= mostPicked {
			h.Organizations = append(h.Organizations, o)
		}
	}
}

// countsIn reports whether the grant is among those that an organization resolves to.
func (h *PlatformHolding) countsIn(o *state.Organization) bool {
	user, known := o.Document.Users[h.User]
	if !known || user.Suspended {
		return false
	}
	for grant := range o.Document.GrantsOf(&user) {
		if object, field := sourceOf(o, grant.Source); object == h.Ref && field == h.Field {
			return true
		}
	}
	return false
}
