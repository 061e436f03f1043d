// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
)

// request is a request that Envoy asks about.
type request struct {
	method, host string
	// target is path and query, as they were sent.
	target string
	// id is that of X-Request-ID.
	id      string
	headers headers
	// extensions are those of the route in Envoy, metadata what its filters found out, by filter, and principal whom the certificate of the
	// peer names. Over HTTP there are none.
	extensions map[string]string
	metadata   map[string]*structpb.Struct
	principal  string
}

// headers are those of a request.
type headers interface {
	// values returns the values of a header, whose name is in lower case.
	values(name string) []string
	// underscored calls a function with the name of each header that has an underscore in it, in lower case.
	underscored(each func(name string))
}

// overriding are headers by which some upstreams take another method or another path than those of the request.
var overriding = []string{"x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"}

// problem is why a request is denied without a decision.
type problem struct {
	reason Reason
	err    error
}

// matched is a request with its route.
type matched struct {
	*request

	route    *route
	segments []string
	query    string
}

// match finds the route of a request.
func (m *Mapping) match(r *request) (*matched, *problem) {
	for _, name := range overriding {
		if values := r.headers.values(name); len(values) > 0 {
			return nil, &problem{AmbiguousRequest, fmt.Errorf("the header %s could give the request another method or path", name)}
		}
	}
	path, query, _ := strings.Cut(r.target, "?")
	segments, slash, err := splitPath(path)
	if err != nil {
		return nil, &problem{AmbiguousRequest, err}
	}
	tree, err := m.routes.tree(r.host)
	if err != nil {
		return nil, &problem{AmbiguousRequest, fmt.Errorf("the host %s %w", shown(r.host), err)}
	}
	if tree == nil {
		return nil, &problem{UnknownRoute, fmt.Errorf("no route is for the host %s", shown(r.host))}
	}
	byMethod := tree.find(segments)
	if byMethod == nil {
		return nil, &problem{UnknownRoute, fmt.Errorf("no route is for the path %s", shown(path))}
	}
	found := byMethod[r.method]
	if found == nil {
		found = byMethod[anyMethod]
	}
	if found == nil || r.method == "" {
		return nil, &problem{UnknownRoute, fmt.Errorf("no route is for the method %s of the path %s", shown(r.method), shown(path))}
	}
	if err := found.path.differs(segments, slash); err != nil {
		return nil, &problem{AmbiguousRequest, fmt.Errorf("the path %s %w", shown(path), err)}
	}
	if strings.IndexByte(query, '#') >= 0 {
		return nil, &problem{AmbiguousRequest, errors.New("the query has a #")}
	}
	return &matched{request: r, route: found, segments: segments, query: query}, nil
}

// value returns a value of the request, nil for one that is optional and absent.
func (m *matched) value(s *source) (any, *problem) {
	switch s.from {
	case fromValue:
		return s.constant, nil
	case fromMetadata:
		if value := m.metadataOf(s); value != nil {
			if _, is := value.(string); !is {
				return m.unlikeText(s, value)
			}
		}
	case fromPath, fromQuery, fromHeader, fromExtension, fromPrincipal:
	}
	text, found := m.text(s)
	switch {
	case found != nil:
		return nil, found
	case text == "" && s.optional:
		return nil, nil
	case text == "":
		return nil, &problem{MissingValue, fmt.Errorf("the request has no %s", s)}
	}
	value, err := s.take(text)
	if err != nil {
		return nil, &problem{AmbiguousRequest, err}
	}
	return value, nil
}

// text returns a text of the request, which is empty if it is absent.
func (m *matched) text(s *source) (string, *problem) {
	switch s.from {
	case fromPath:
		return m.route.path.value(s.name, m.segments), nil
	case fromQuery:
		return m.parameter(s.name)
	case fromHeader:
		return m.header(s.name)
	case fromExtension:
		return m.extensions[s.name], nil
	case fromPrincipal:
		return m.principal, nil
	case fromMetadata:
		text, _ := m.metadataOf(s).(string)
		return text, nil
	default:
		return "", nil
	}
}

// unlikeText returns a value of metadata that is no text, as it is, unless it should be one, or have another type.
func (m *matched) unlikeText(s *source, value any) (any, *problem) {
	_, isNumber := value.(float64)
	_, isBoolean := value.(bool)
	if s.prefix != "" || s.as == asNumber && !isNumber || s.as == asBoolean && !isBoolean {
		return nil, &problem{AmbiguousRequest, fmt.Errorf("the value of %s has another type", s)}
	}
	return value, nil
}

// metadataOf returns what a filter found out, nil if it is not there.
func (m *matched) metadataOf(s *source) any {
	at := m.metadata[s.filter]
	for i, name := range s.path {
		value := at.GetFields()[name]
		if i == len(s.path)-1 {
			return value.AsInterface()
		}
		at = value.GetStructValue()
	}
	return nil
}

// header returns the value of a header that is there once. Envoy joins several with commas; and a header that differs in underscores
// alone is the same to some programs.
func (m *matched) header(name string) (string, *problem) {
	var similar string
	if strings.IndexByte(name, '-') >= 0 {
		m.headers.underscored(func(other string) {
			if strings.ReplaceAll(other, "_", "-") == name {
				similar = other
			}
		})
	}
	if similar != "" {
		return "", &problem{AmbiguousRequest, fmt.Errorf("the header %s is %s to some programs", shown(similar), name)}
	}
	switch values := m.headers.values(name); {
	case len(values) == 0:
		return "", nil
	case len(values) > 1 || strings.IndexByte(values[0], ',') >= 0:
		return "", &problem{AmbiguousRequest, fmt.Errorf("the header %s has more than one value, or a comma in it", name)}
	default:
		return strings.TrimSpace(values[0]), nil
	}
}

// parameter returns the value of a parameter of the query that is there once.
func (m *matched) parameter(wanted string) (string, *problem) {
	value, found := "", false
	ambiguous := func(format string, args ...any) (string, *problem) {
		return "", &problem{AmbiguousRequest, fmt.Errorf(format, args...)}
	}
	if strings.IndexByte(m.query, ';') >= 0 {
		return ambiguous("the query has a semicolon, which separates parameters for some programs")
	}
	for pair := range strings.SplitSeq(m.query, "&") {
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err != nil {
			return ambiguous("the query cannot be decoded: %w", err)
		}
		// Some programs take name[], or name in another case, for name.
		if plain, _, _ := strings.Cut(name, "["); fold(strings.TrimSpace(plain)) != fold(wanted) {
			continue
		}
		if name != wanted || found {
			return ambiguous("the query has the parameter %s, or one like it, more than once or in another spelling", wanted)
		}
		if value, err = url.QueryUnescape(rawValue); err != nil {
			return ambiguous("the query cannot be decoded: %w", err)
		}
		found = true
	}
	return value, nil
}
