// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"strings"
	"testing"
)

// TestMappingErrors: whatever is wrong is refused, with file, line and field.
func TestMappingErrors(t *testing.T) {
	const head = "apiVersion: extauthz.rolewright.dev/v1alpha1\nkind: RouteMapping\n"
	const subject = "subject: {id: {principal: true}}\n"
	const resource = "  resource: {type: a, id: b}\n"
	route := func(text string) string { return head + subject + "routes:\n- " + text }
	full := func(extra string) string {
		return route("methods: [GET]\n  path: /a/{b}\n  permission: p\n" + extra)
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "m.yaml: the file is empty"},
		"no YAML":           {"a: [", "m.yaml: line 1"},
		"two documents":     {full(resource) + "---\na: b\n", "m.yaml:1: there is something after the first document"},
		"a list":            {"- a", "m.yaml:1: it is a list: it must be an object"},
		"another kind":      {"apiVersion: v1\nkind: Mapping\n", "apiVersion must be extauthz.rolewright.dev/v1alpha1"},
		"a typing error":    {head + "route: []\n", `m.yaml:3: route: there is no such field; did you mean "routes": there are`},
		"twice":             {head + "routes: []\nroutes: []\n", "m.yaml:4: routes: it is given twice"},
		"an alias":          {head + "subject: &a {id: x}\nroutes: *a\n", "routes: it is an alias, which is not supported"},
		"a merge":           {head + "<<: {routes: []}\n", "m.yaml:3: <<: the name of a field must be a text"},
		"no routes":         {head, "routes is missing"},
		"empty routes":      {head + "routes: []\n", "routes: it is an empty list: it must be a list with at least one element"},
		"no methods":        {route("path: /a\n  permission: p\n" + resource), "m.yaml:5: routes[0]: methods is missing"},
		"no resource":       {full(""), "routes[0]: resource is missing"},
		"no subject":        {head + "routes:\n- {methods: [GET], path: /a, permission: p, resource: {type: a, id: b}}\n", "routes[0]: subject is missing"},
		"small letters":     {route("methods: [get]\n  path: /a\n  permission: p\n" + resource), `routes[0].methods: it has "get": methods are written in capitals`},
		"a method twice":    {route("methods: [GET, GET]\n  path: /a\n  permission: p\n" + resource), `it has "GET" twice`},
		"a relative path":   {route("methods: [GET]\n  path: a\n  permission: p\n" + resource), `routes[0].path: it is "a": a path begins with a slash`},
		"dots":              {route("methods: [GET]\n  path: /a/../b\n  permission: p\n" + resource), "no request is for it"},
		"a star":            {route("methods: [GET]\n  path: /a/*\n  permission: p\n" + resource), "is neither literal nor a variable"},
		"half a variable":   {route("methods: [GET]\n  path: /a/{b\n  permission: p\n" + resource), "write {name}, as a whole segment"},
		"the same variable": {route("methods: [GET]\n  path: /{a}/{a}\n  permission: p\n" + resource), `it has the variable "a" twice`},
		"a number":          {route("methods: [GET]\n  path: /a\n  permission: 7\n" + resource), "routes[0].permission: it is 7: it must be a text"},
		"an organization":   {full(resource + "  organization: a\n"), `routes[0].organization: it is "a": write NAMESPACE/NAME`},
		"the same route": {full(resource) + "- {methods: [PUT, GET], path: '/A/{c}/', permission: q, resource: {type: a, id: b}}\n",
			"m.yaml:9: routes[1]: routes[0] is for the same requests"},
		"a host with a port": {full(resource + "  hosts: [a.example.com:80]\n"), `routes[0].hosts[0]: it is "a.example.com:80": write a host`},
		"a host in capitals": {full(resource + "  hosts: [A.example.com]\n"), "write a host in lower case"},
		"a star for a host":  {full(resource + "  hosts: ['*']\n"), "write a host in lower case"},
		"no such variable":   {full("  resource: {type: a, id: {path: c}}\n"), `routes[0].resource.id.path: the path has no variable "c"`},
		"two origins":        {full("  resource: {type: a, id: {path: b, query: c}}\n"), "it has path and query: a value comes from one of them"},
		"no origin":          {full("  resource: {type: a, id: {optional: true}}\n"), "it does not say where the value comes from"},
		"an optional id":     {full("  resource: {type: a, id: {query: b, optional: true}}\n"), "routes[0].resource.id: it must be a text, which is always there"},
		"an id of nothing":   {full("  resource: {type: a, id: }\n"), "routes[0].resource.id: it is nothing"},
		"an id that is true": {full("  resource: {type: a, id: true}\n"), "it must be a text, which is always there"},
		"no type":            {full("  resource: {id: a}\n"), "routes[0].resource: type is missing"},
		"another as":         {full("  resource: {type: a, id: b, properties: {c: {query: d, as: int}}}\n"), `as: it is the text "int": it must be number or boolean`},
		"a header's case":    {full("  resource: {type: a, id: {header: X-A}}\n"), "write the name of a header in lower case"},
		"no principal":       {full("  resource: {type: a, id: {principal: false}}\n"), "write true"},
		"metadata":           {full("  resource: {type: a, id: {metadata: {filter: a}}}\n"), "path is missing: it must be a list of names"},
		"as of a constant":   {full("  resource: {type: a, id: b, properties: {c: {value: d, as: number}}}\n"), "prefix, as and optional are for values of requests"},
		"a subject by path":  {full(resource + "  subject: {id: {path: b}}\n"), "path b is chosen by the client, who could name anyone"},
		"a subject by query": {full(resource + "  subject: {id: {query: b}}\n"), "query b is chosen by the client"},
		"a subject by header": {full(resource + "  subject: {id: {header: x-user}}\n"),
			"m.yaml:9: routes[0].subject: header x-user can be sent by anyone: let the proxy set or remove it in every request, and then name it in trustedHeaders"},
		"attributes by header": {full(resource + "  subject: {id: a, properties: {level: {header: x-level}}}\n"), "header x-level can be sent by anyone"},
		"a path for all":       {head + "subject: {id: {path: a}}\nroutes: []\n", "what is common to all routes cannot be in a path"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseMapping("m.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
		})
	}
}

// FuzzPath: whatever the path, what is found in it is what a program finds that decodes it once, and no segment of it means anything else
// to one that decodes it twice, resolves dots or cuts off parameters.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/", "/a/b", "/a/", "/%2e", "/%61", "/a%20b", "/ü", "/%C3%BC", "/a;b", "//", "/%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		segments, slash, err := splitPath(path)
		if err != nil {
			return
		}
		for _, segment := range segments {
			if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "/\\;?#%\x00\n") {
				t.Errorf("%q has the segment %q", path, segment)
			}
		}
		if len(segments) > 0 && slash != strings.HasSuffix(path, "/") {
			t.Errorf("%q: a slash at the end: %v", path, slash)
		}
	})
}
