// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
)

// routeRequests adds the addresses of requests. Pages of an organization are added to those that are served by name.
func (c *console) routeRequests(mux *http.ServeMux, pages map[string]http.HandlerFunc) {
	pages["requests"], pages["request"], pages["new-request"] = c.inbox, c.requestPage, c.wish
	mux.HandleFunc("GET /-/requests", c.inbox)
	mux.HandleFunc("GET /-/decide", c.confirm)
	mux.HandleFunc("POST /-/decide", c.decide)
	mux.HandleFunc("GET /-/decided", c.decided)
	mux.HandleFunc("POST /{namespace}/{organization}/new-request", c.createRequest)
}

// inbox lists the requests of an organization, or of all that the person sees.
func (c *console) inbox(w http.ResponseWriter, r *http.Request) {
	v, ok := c.visit(w, r)
	if !ok {
		return
	}
	f := &frame{State: v.state, Page: "requests"}
	asked := v.state.Objects.Requests
	if r.PathValue("organization") != "" {
		if f.Organization, ok = c.organizationOf(w, r, v.state); !ok {
			return
		}
		asked = f.Organization.Members.Requests
	}
	query := r.URL.Query()
	f.Content = view.NewInbox(asked, v.user(), query.Get("tab"), query.Get("text"), query.Get("page"), c.Clock())
	c.render(w, r, http.StatusOK, "requests", f)
}

// requestPage shows the whole story of a request.
func (c *console) requestPage(w http.ResponseWriter, r *http.Request) {
	v, ok := c.visit(w, r)
	if !ok {
		return
	}
	namespace, name := r.PathValue("namespace"), r.URL.Query().Get("name")
	request, err := v.request(r.Context(), namespace, name)
	if err != nil {
		c.fail(w, r, v.state, statusOf(err), texts.RequestNotRead(name, messageOf(err)))
		return
	}
	o := v.state.Organization(namespace, request.Spec.OrganizationRef.Name)
	if o == nil || o.Name != r.PathValue("organization") {
		c.fail(w, r, v.state, http.StatusNotFound, texts.NoSuch("request", namespace, r.PathValue("organization")))
		return
	}
	decisions, err := v.decisions(r, request)
	page := view.NewRequest(o, request, decisions, v.user(), c.Clock())
	if err != nil {
		page.Without = texts.DecisionsNotRead(messageOf(err))
	}
	if made := r.URL.Query().Get("decision"); made != "" {
		for i := range decisions {
			if decisions[i].Name == made {
				told := view.NewMade(&decisions[i], page.Path)
				page.Made = &told
			}
		}
	}
	c.render(w, r, http.StatusOK, "request", &frame{State: v.state, Organization: o, Page: "requests", Content: page})
}

// decisions returns the decisions on a request.
func (v *visit) decisions(r *http.Request, request *v1alpha1.ApprovalRequest) ([]v1alpha1.ApprovalDecision, error) {
	if v.person == nil {
		return nil, nil
	}
	var list v1alpha1.ApprovalDecisionList
	err := v.person.Client.List(r.Context(), &list, client.InNamespace(request.Namespace),
		client.MatchingFields{"spec.requestRef.name": request.Name})
	return list.Items, err
}
