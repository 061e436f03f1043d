// SPDX-License-Identifier: Apache-2.0

package console

import (
	"bytes"
	"net/http"

	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/model"
)

// frame is what a template is given: what a page shows, and what surrounds it.
type frame struct {
	State *state.State
	// Organization is that of the page, nil if it belongs to none.
	Organization *state.Organization
	// Page is the name of the page by which the navigation knows it.
	Page string
	// Template is the name of the page's template.
	Template string
	Content  any
	Footer   string
	// User is who is logged in; empty if nobody need be.
	User string
	// Address is that of the page, for htmx to fetch it again; empty for the answer to a form, which no address leads to.
	Address string
}

// At returns the address of another page of the organization.
func (f *frame) At(page string, parameters ...string) string {
	return view.Path(f.Organization, page, parameters...)
}

// within are the pages that belong to another one in the navigation.
var within = map[string]string{
	"role": "roles", "without": "roles", "user": "users", "administers": "users", "unit": "tree", "permission": "matrix",
}

// Current says how an entry of the navigation relates to the page, in the words of aria-current: page if it leads to it, true if the page
// belongs to it, and nothing otherwise.
func (f *frame) Current(page string) string {
	switch page {
	case f.Page:
		return "page"
	case within[f.Page]:
		return "true"
	}
	return ""
}

// Chain identifies a chain of the organization.
func (f *frame) Chain(name string) model.Ref {
	return model.Ref{Kind: model.KindChain, Namespace: f.Organization.Namespace, Name: name}
}

// HasUser reports whether a user of the organization has a page.
func (f *frame) HasUser(id string) bool {
	if f.Organization.Document == nil {
		return false
	}
	_, known := f.Organization.Document.Users[id]
	return known
}

// HasRole reports whether a role of the organization has a page.
func (f *frame) HasRole(key string) bool {
	if f.Organization.Document == nil {
		return false
	}
	_, known := f.Organization.Document.Roles[key]
	return known
}

// render writes a page, whole or not at all.
func (c *console) render(w http.ResponseWriter, r *http.Request, status int, name string, f *frame) {
	f.Footer = c.Footer
	if r.Method == http.MethodGet {
		f.Address = r.URL.RequestURI()
	}
	if session := login.FromContext(r.Context()); session != nil {
		f.User = session.User
	}
	var out bytes.Buffer
	if err := c.templates.execute(&out, name, f); err != nil {
		c.Log.Error(err, "The page cannot be shown", "page", name)
		http.Error(w, texts.NotRendered(err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}

// failurePage is the name of the page of an error.
const failurePage = "failure"

// failure is what the page of an error says.
type failure struct {
	Title, Message string
}

// fail writes a page that says what is wrong.
func (c *console) fail(w http.ResponseWriter, r *http.Request, s *state.State, status int, message string) {
	c.render(w, r, status, failurePage, &frame{State: s, Page: failurePage, Content: failure{Title: texts.Failure(status), Message: message}})
}
