// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/model"
)

// routePlatform adds the addresses of what organizations share.
func (c *console) routePlatform(mux *http.ServeMux) {
	mux.HandleFunc("GET "+view.PlatformPath, c.platform)
	mux.HandleFunc("GET "+view.CatalogsPath, c.catalog)
}

// platform serves the catalogs, the platform roles and who holds roles over organizations.
func (c *console) platform(w http.ResponseWriter, r *http.Request) {
	s, ok := c.state(w, r)
	if !ok {
		return
	}
	query := r.URL.Query()
	content := view.NewPlatform(s, view.PlatformQuery{
		Filter: query.Get("text"), Role: query.Get("role"),
		Catalogs: query.Get("catalogs"), Roles: query.Get("roles"), Holdings: query.Get("holders"),
	})
	c.render(w, r, http.StatusOK, "platform", &frame{State: s, Page: "platform", Content: content})
}

// catalog serves one catalog.
func (c *console) catalog(w http.ResponseWriter, r *http.Request) {
	s, ok := c.state(w, r)
	if !ok {
		return
	}
	name := r.URL.Query().Get("name")
	content := view.NewCatalog(s, name, r.URL.Query().Get("page"))
	if content == nil {
		c.fail(w, r, s, http.StatusNotFound, texts.NoObject(model.KindCatalog+"/"+name))
		return
	}
	c.render(w, r, http.StatusOK, "catalog", &frame{State: s, Page: "catalog", Content: content})
}
