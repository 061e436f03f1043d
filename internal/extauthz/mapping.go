// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"errors"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// What a file with a mapping says it is.
const (
	APIVersion = "extauthz.rolewright.dev/v1alpha1"
	Kind       = "RouteMapping"
)

// Mapping says what each request is about: which permission on which resource of which organization. It never changes.
type Mapping struct {
	routes routes
	// Routes is how many routes there are.
	Routes int
}

// route is what some requests are about.
type route struct {
	// name is the place of the route in the file, such as routes[2].
	name    string
	methods []string
	path    template
	about   about
}

// about is what requests of a route are about.
type about struct {
	// namespace and organization are empty for the one that the root of the service answers for.
	namespace, organization string
	permission              string
	subject, resource       entity
	action, context         []property
	// trustedHeaders are those that the proxy sets or removes, whatever a client sends.
	trustedHeaders []string
}

// entity is a subject or a resource.
type entity struct {
	kind, id   *source
	properties []property
}

// property is a value with its name.
type property struct {
	name  string
	value *source
}

// ParseMapping parses a file. Errors name the file, the line and the field.
func ParseMapping(file string, text []byte) (*Mapping, error) {
	root, err := parseFile(file, text)
	if err != nil {
		return nil, err
	}
	members, err := root.members("apiVersion", "kind", "organization", "trustedHeaders", "subject", "routes")
	if err != nil {
		return nil, err
	}
	for _, fixed := range []struct{ name, value string }{{"apiVersion", APIVersion}, {"kind", Kind}} {
		given, has := members[fixed.name]
		if !has || given.node.Value != fixed.value {
			return nil, root.errorf("%s must be %s", fixed.name, fixed.value)
		}
	}
	var common about
	if trusted, has := members["trustedHeaders"]; has {
		if common.trustedHeaders, err = trusted.texts(); err != nil {
			return nil, err
		}
	}
	if err := common.read(members, nil); err != nil {
		return nil, err
	}
	return readRoutes(root, members, common)
}

// readRoutes reads all routes.
func readRoutes(root field, members map[string]field, common about) (*Mapping, error) {
	listed, has := members["routes"]
	if !has {
		return nil, root.errorf("routes is missing: it must be a list of routes")
	}
	elements, err := listed.list()
	if err != nil {
		return nil, err
	}
	mapping := &Mapping{Routes: len(elements)}
	for _, element := range elements {
		if err := mapping.addRoute(element, common); err != nil {
			return nil, err
		}
	}
	return mapping, nil
}

// addRoute reads a route, for which what is common to all counts unless it says otherwise.
func (m *Mapping) addRoute(f field, common about) error {
	members, err := f.members("hosts", "methods", "path", "permission", "organization", "subject", "resource", "action", "context")
	if err != nil {
		return err
	}
	for _, needed := range []string{"methods", "path", "permission", "resource"} {
		if _, has := members[needed]; !has {
			return f.errorf("%s is missing", needed)
		}
	}
	r := &route{name: f.name, about: common}
	path, err := members["path"].text()
	if err != nil {
		return err
	}
	if r.path, err = parseTemplate(path); err != nil {
		return members["path"].errorf("%v", err)
	}
	if r.methods, err = readMethods(members["methods"]); err != nil {
		return err
	}
	if err := r.about.read(members, &r.path); err != nil {
		return err
	}
	if r.about.subject.id == nil {
		return f.errorf("subject is missing: say in the route or for all routes where the subject is found")
	}
	return m.addHosts(f, members, r)
}

func (m *Mapping) addHosts(f field, members map[string]field, r *route) error {
	hosts := []string{anyHost}
	if listed, has := members["hosts"]; has {
		elements, err := listed.list()
		if err != nil {
			return err
		}
		hosts = hosts[:0]
		for _, element := range elements {
			host, err := element.text()
			if err != nil {
				return err
			}
			// *.example.com is right if example.com is.
			name := strings.TrimPrefix(host, "*.")
			if canonical, err := hostName(name); err != nil || canonical != name {
				return element.errorf("it is %q: write a host in lower case, without a port, or *. and the end of its name", host)
			}
			hosts = append(hosts, host)
		}
	}
	for _, host := range hosts {
		if err := m.routes.add(host, r); err != nil {
			return f.errorf("%v: paths that differ in case, in names of variables or in a slash at the end are the same", err)
		}
	}
	return nil
}

func readMethods(f field) ([]string, error) {
	methods, err := f.texts()
	if err != nil {
		return nil, err
	}
	for i, method := range methods {
		if method != anyMethod && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return nil, f.errorf("it has %q: methods are written in capitals, such as GET; * stands for all", method)
		}
		if slices.Contains(methods[:i], method) {
			return nil, f.errorf("it has %q twice", method)
		}
	}
	return methods, nil
}

// read reads those members of an object that say what requests are about.
func (a *about) read(members map[string]field, path *template) error {
	var err error
	if f, has := members["permission"]; has {
		if a.permission, err = f.text(); err != nil {
			return err
		}
	}
	if f, has := members["subject"]; has {
		if a.subject, err = readEntity(f, path, access.SubjectTypeUser); err != nil {
			return err
		}
		if err := a.checkSubject(f); err != nil {
			return err
		}
	}
	if f, has := members["resource"]; has {
		if a.resource, err = readEntity(f, path, ""); err != nil {
			return err
		}
	}
	if a.context, err = readProperties(members["context"], path); err != nil {
		return err
	}
	return errors.Join(a.readAction(members, path), a.readOrganization(members))
}

func (a *about) readAction(members map[string]field, path *template) error {
	f, has := members["action"]
	if !has {
		return nil
	}
	inner, err := f.members("properties")
	if err != nil {
		return err
	}
	a.action, err = readProperties(inner["properties"], path)
	return err
}

func (a *about) readOrganization(members map[string]field) error {
	f, has := members["organization"]
	if !has {
		return nil
	}
	text, err := f.text()
	if err != nil {
		return err
	}
	var is bool
	if a.namespace, a.organization, is = strings.Cut(text, "/"); !is || a.namespace == "" || a.organization == "" ||
		strings.Contains(a.organization, "/") {
		return f.errorf("it is %q: write NAMESPACE/NAME", text)
	}
	return nil
}

// readEntity reads a subject or a resource. A type that is not written is the one that is usual; without one, it must be.
func readEntity(f field, path *template, usual string) (entity, error) {
	members, err := f.members("type", "id", "properties")
	if err != nil {
		return entity{}, err
	}
	var e entity
	if kind, has := members["type"]; has {
		if e.kind, err = readSource(kind, path); err != nil {
			return entity{}, err
		}
	} else if e.kind = (&source{from: fromValue, constant: usual}); usual == "" {
		return entity{}, f.errorf("type is missing: it must be a text, or say where the type is found")
	}
	id, has := members["id"]
	if !has {
		return entity{}, f.errorf("id is missing: say where it is found, such as {path: NAME}, or write a text")
	}
	if e.id, err = readSource(id, path); err != nil {
		return entity{}, err
	}
	for _, named := range []struct {
		field  field
		source *source
	}{{members["type"], e.kind}, {id, e.id}} {
		if !named.source.isText() {
			return entity{}, named.field.errorf("it must be a text, which is always there: optional and as are for properties")
		}
	}
	e.properties, err = readProperties(members["properties"], path)
	return e, err
}

// readProperties reads an object of values, which may be missing.
func readProperties(f field, path *template) ([]property, error) {
	if f.node == nil {
		return nil, nil
	}
	members, err := f.members()
	if err != nil {
		return nil, err
	}
	properties := make([]property, 0, len(members))
	for name, member := range members {
		value, err := readSource(member, path)
		if err != nil {
			return nil, err
		}
		properties = append(properties, property{name, value})
	}
	slices.SortFunc(properties, func(a, b property) int { return strings.Compare(a.name, b.name) })
	return properties, nil
}

// checkSubject refuses a subject that clients could choose.
func (a *about) checkSubject(f field) error {
	sources := make([]*source, 0, 2+len(a.subject.properties))
	sources = append(sources, a.subject.kind, a.subject.id)
	for _, p := range a.subject.properties {
		sources = append(sources, p.value)
	}
	for _, s := range sources {
		switch {
		case s.from == fromPath || s.from == fromQuery:
			return f.errorf("%s is chosen by the client, who could name anyone: take a header that the proxy sets, metadata or the principal", s)
		case s.from == fromHeader && !slices.Contains(a.trustedHeaders, s.name):
			return f.errorf("%s can be sent by anyone: let the proxy set or remove it in every request, and then name it in trustedHeaders", s)
		}
	}
	return nil
}
