// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/view"
)

func auditQuery(r *http.Request) view.AuditQuery {
	query := r.URL.Query()
	return view.AuditQuery{
		User: query.Get("user"), Role: query.Get("role"), By: query.Get("by"), What: query.Get("what"),
		From: query.Get("from"), Until: query.Get("until"),
	}
}

// audit shows what has happened to an organization.
func audit(s *state.State, o *state.Organization, r *http.Request) any {
	a := view.NewAudit(s, o, auditQuery(r), r.URL.Query().Get("page"))
	a.Spreadsheet = withQuery(view.Path(o, "audit.csv"), r)
	return a
}

// auditCSV serves all that the page would show, for a spreadsheet.
func (c *console) auditCSV(w http.ResponseWriter, r *http.Request) {
	s, ok := c.state(w, r)
	if !ok {
		return
	}
	o, ok := c.organizationOf(w, r, s)
	if !ok {
		return
	}
	text, wrong, err := view.AuditCSV(s, o, auditQuery(r))
	switch {
	case wrong != "":
		c.render(w, r, http.StatusBadRequest, "audit", &frame{State: s, Organization: o, Page: "audit", Content: audit(s, o, r)})
	case err != nil:
		c.fail(w, r, s, http.StatusInternalServerError, err.Error())
	default:
		sendCSV(w, o.Name+"-audit.csv", text)
	}
}

// sendCSV sends a file for a spreadsheet.
func sendCSV(w http.ResponseWriter, name string, text []byte) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(text)
}
