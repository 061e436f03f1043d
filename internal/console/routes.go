// SPDX-License-Identifier: Apache-2.0

package console

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// page makes what a page shows; nil if the address names nothing that exists.
type page func(s *state.State, o *state.Organization, r *http.Request) any

// livePath is where pages ask whether they are still current.
const livePath = "/-/live"

// routes returns the addresses. What belongs to no organization lies below /-/, which is the name of no namespace.
func (c *console) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /-/static/{file}", static)
	mux.HandleFunc("GET /{$}", c.organizations)
	mux.HandleFunc("GET "+livePath, c.live)
	mux.HandleFunc("GET /-/search", c.search)
	mux.HandleFunc("GET /-/findings", c.findings)
	mux.HandleFunc("GET /-/object", c.object)
	pages := map[string]http.HandlerFunc{"matrix.csv": c.csv, "audit.csv": c.auditCSV}
	for name, p := range map[string]page{
		"overview": overview, "matrix": c.matrix, "roles": roles, "role": role, "users": users, "user": c.user, "tree": tree, "unit": c.unit,
		"permission": permission, "ask": c.ask, "findings": organizationFindings,
		"administers": c.administers, "changes": c.changes, "without": c.removal, "audit": audit,
	} {
		pages[name] = c.ofOrganization(name, p)
	}
	mux.HandleFunc("GET /{namespace}/{organization}", pages["overview"])
	mux.HandleFunc("GET /{namespace}/{organization}/{page}", func(w http.ResponseWriter, r *http.Request) {
		if serve, known := pages[r.PathValue("page")]; known {
			serve(w, r)
			return
		}
		c.missing(w, r)
	})
	mux.HandleFunc("POST /{namespace}/{organization}/changes", c.ofOrganization("changes", c.whatIf))
	c.routeRequests(mux, pages)
	c.routePlatform(mux)
	mux.HandleFunc("/", c.missing)
	return mux
}

// ofOrganization serves a page of an organization.
func (c *console) ofOrganization(name string, content page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, ok := c.state(w, r)
		if !ok {
			return
		}
		o, ok := c.organizationOf(w, r, s)
		if !ok {
			return
		}
		if o.Document == nil && name != "findings" && name != "overview" && name != "audit" {
			c.fail(w, r, s, http.StatusConflict, texts.Unresolved(o.Namespace, o.Name, o.Unresolved))
			return
		}
		shown := content(s, o, r)
		if shown == nil {
			c.fail(w, r, s, http.StatusNotFound, texts.NoSuch(name, o.Namespace, o.Name))
			return
		}
		c.render(w, r, http.StatusOK, name, &frame{State: s, Organization: o, Page: name, Content: shown})
	}
}

// organizationOf returns the organization that an address names. If there is none, it answers the request.
func (c *console) organizationOf(w http.ResponseWriter, r *http.Request, s *state.State) (*state.Organization, bool) {
	namespace, name := r.PathValue("namespace"), r.PathValue("organization")
	o := s.Organization(namespace, name)
	if o == nil {
		c.fail(w, r, s, http.StatusNotFound, texts.NoOrganization(namespace, name))
	}
	return o, o != nil
}

func overview(_ *state.State, o *state.Organization, _ *http.Request) any { return view.NewOverview(o) }

func (c *console) matrix(s *state.State, o *state.Organization, r *http.Request) any {
	m := view.NewMatrix(o, s.ReadTime, c.matrixOptions(r))
	m.Spreadsheet = withQuery(view.Path(o, "matrix.csv"), r)
	return m
}

func (c *console) matrixOptions(r *http.Request) matrix.Options {
	query := r.URL.Query()
	return matrix.Options{
		Roles: nonEmpty(query["role"]), Sections: nonEmpty(query["section"]), Text: query.Get("text"), Differing: query.Has("differing"),
		User: query.Get("user"), At: c.Clock(),
	}
}

// withQuery adds the parameters of a request to an address.
func withQuery(path string, r *http.Request) string {
	if r.URL.RawQuery == "" {
		return path
	}
	return path + "?" + r.URL.RawQuery
}

func nonEmpty(list []string) []string {
	var kept []string
	for _, text := range list {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

func roles(_ *state.State, o *state.Organization, r *http.Request) any {
	return view.NewRoles(o, r.URL.Query().Get("text"), r.URL.Query().Get("page"))
}

func role(_ *state.State, o *state.Organization, r *http.Request) any {
	if p := view.NewRole(o, r.URL.Query().Get("name"), r.URL.Query().Get("page")); p != nil {
		return p
	}
	return nil
}

func users(_ *state.State, o *state.Organization, r *http.Request) any {
	return view.NewUsers(o, r.URL.Query().Get("text"), r.URL.Query().Get("page"))
}

func (c *console) user(_ *state.State, o *state.Organization, r *http.Request) any {
	if p := view.NewUser(o, r.URL.Query().Get("id"), c.Clock()); p != nil {
		return p
	}
	return nil
}

func (c *console) administers(_ *state.State, o *state.Organization, r *http.Request) any {
	query := r.URL.Query()
	if p := view.NewAdministers(o, query.Get("id"), query.Get("unit"), query.Get("text"), query.Get("after"), c.Clock()); p != nil {
		return p
	}
	return nil
}

func tree(_ *state.State, o *state.Organization, r *http.Request) any {
	if p := view.NewTree(o, r.URL.Query().Get("unit"), r.URL.Query().Get("text")); p != nil {
		return p
	}
	return nil
}

func (c *console) unit(_ *state.State, o *state.Organization, r *http.Request) any {
	query := r.URL.Query()
	if p := view.NewUnit(o, query.Get("name"), query.Get("role"), query.Get("page"), c.Clock()); p != nil {
		return p
	}
	return nil
}

func permission(_ *state.State, o *state.Organization, r *http.Request) any {
	query := r.URL.Query()
	if p := view.NewPermission(o, query.Get("name"), query.Get("given"), query.Get("taken")); p != nil {
		return p
	}
	return nil
}

func (c *console) ask(_ *state.State, o *state.Organization, r *http.Request) any {
	query := r.URL.Query()
	q := view.Question{
		User: query.Get("user"), Permission: query.Get("permission"), Unit: query.Get(access.PropertyUnit),
		Type: query.Get("type"), ID: query.Get("id"),
		Properties: query.Get("properties"), Subject: query.Get("subject"), Context: query.Get("context"), At: query.Get("at"),
	}
	// What conditions read has a field of its own, by the name of its path.
	for _, path := range slices.Sorted(maps.Keys(query)) {
		if value := strings.TrimSpace(query.Get(path)); strings.Contains(path, ".") && value != "" {
			q.Fill(path, value)
		}
	}
	return view.NewAsk(o, q, c.Clock())
}

func organizationFindings(_ *state.State, o *state.Organization, r *http.Request) any {
	return newFindings(o.Findings, r)
}

// organizations serves the list of all organizations.
func (c *console) organizations(w http.ResponseWriter, r *http.Request) {
	if s, ok := c.state(w, r); ok {
		content := view.NewOrganizations(s, r.URL.Query().Get("text"), r.URL.Query().Get("page"))
		c.render(w, r, http.StatusOK, "organizations", &frame{State: s, Page: "organizations", Content: content})
	}
}

func (c *console) search(w http.ResponseWriter, r *http.Request) {
	if s, ok := c.state(w, r); ok {
		f := &frame{State: s, Page: "search", Content: view.NewSearch(s, r.URL.Query().Get("q"))}
		f.Organization = s.Organization(r.URL.Query().Get("namespace"), r.URL.Query().Get("organization"))
		c.render(w, r, http.StatusOK, "search", f)
	}
}

func (c *console) findings(w http.ResponseWriter, r *http.Request) {
	if s, ok := c.state(w, r); ok {
		c.render(w, r, http.StatusOK, "findings", &frame{State: s, Page: "findings", Content: newFindings(s.Findings, r)})
	}
}

// csv serves the matrix for a spreadsheet.
func (c *console) csv(w http.ResponseWriter, r *http.Request) {
	s, ok := c.state(w, r)
	if !ok {
		return
	}
	o, ok := c.organizationOf(w, r, s)
	if !ok {
		return
	}
	if o.Document == nil {
		c.fail(w, r, s, http.StatusConflict, texts.Unresolved(o.Namespace, o.Name, o.Unresolved))
		return
	}
	m := view.NewMatrix(o, s.ReadTime, c.matrixOptions(r))
	if m.Wrong != "" {
		c.fail(w, r, s, http.StatusBadRequest, m.Wrong)
		return
	}
	text, err := m.CSV()
	if err != nil {
		c.fail(w, r, s, http.StatusInternalServerError, err.Error())
		return
	}
	sendCSV(w, o.Name+"-roles.csv", text)
}

// live answers whether the state is still that of a page; if it is not, htmx fetches the page again.
func (c *console) live(w http.ResponseWriter, r *http.Request) {
	s, err := c.Source.State(r.Context())
	if err == nil && s.Version != r.URL.Query().Get("version") {
		w.Header().Set("HX-Trigger", "state-changed")
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *console) missing(w http.ResponseWriter, r *http.Request) {
	if s, ok := c.state(w, r); ok {
		c.fail(w, r, s, http.StatusNotFound, texts.NoPage)
	}
}

// state returns the state that the person of a request may see. If there is none, it answers the request.
func (c *console) state(w http.ResponseWriter, r *http.Request) (*state.State, bool) {
	s, err := c.Source.State(r.Context())
	if err == nil {
		return s, true
	}
	status := http.StatusServiceUnavailable
	if lacks := (*RightsError)(nil); errors.As(err, &lacks) {
		status = http.StatusForbidden
	} else {
		c.Log.Error(err, "There is nothing to show")
	}
	c.fail(w, r, state.Empty(c.Clock()), status, err.Error())
	return nil, false
}

func newFindings(all []validation.Finding, r *http.Request) *view.Findings {
	query := r.URL.Query()
	return view.NewFindings(all, query.Get("severity"), query.Get("reason"), query.Get("kind"), query.Get("text"), query.Get("page"))
}
