// SPDX-License-Identifier: Apache-2.0

package view

import (
	"net/url"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
)

// Path returns the address of a page of an organization, with parameters as names and values in turn. Those without a value are left
// out. Names that people chose are parameters rather than parts of the path: a browser would read dots and slashes in them.
func Path(o *state.Organization, page string, parameters ...string) string {
	return OrganizationPath(o.Namespace, o.Name, page, parameters...)
}

// OrganizationPath is Path of an organization that has a name only.
func OrganizationPath(namespace, name, page string, parameters ...string) string {
	path := "/" + url.PathEscape(namespace) + "/" + url.PathEscape(name)
	if page != "" {
		path += "/" + page
	}
	query := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		if parameters[i+1] != "" {
			query.Add(parameters[i], parameters[i+1])
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// Addresses of pages of what organizations share.
const (
	PlatformPath = "/-/platform"
	CatalogsPath = "/-/catalog"
)

// CatalogPath returns the address of a catalog.
func CatalogPath(name string) string { return CatalogsPath + "?" + url.Values{"name": {name}}.Encode() }

// ObjectPath returns the address of an object, with a field that is to be marked.
func ObjectPath(ref model.Ref, field string) string {
	query := url.Values{"kind": {ref.Kind}, "name": {ref.Name}}
	if ref.Namespace != "" {
		query.Set("namespace", ref.Namespace)
	}
	if field != "" {
		query.Set("field", field)
	}
	return "/-/object?" + query.Encode() + "#marked"
}
