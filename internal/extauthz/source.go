// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// origin is where a value comes from.
type origin string

// Origins, as the file calls them.
const (
	fromValue     origin = "value"
	fromPath      origin = "path"
	fromQuery     origin = "query"
	fromHeader    origin = "header"
	fromExtension origin = "extension"
	fromMetadata  origin = "metadata"
	fromPrincipal origin = "principal"
)

// origins are all of them, in the order of messages.
var origins = []string{
	string(fromValue), string(fromPath), string(fromQuery), string(fromHeader), string(fromExtension), string(fromMetadata),
	string(fromPrincipal),
}

// kind is what a text of a request is to be.
type kind string

// Kinds, as the file calls them. None stands for a text.
const (
	asNumber  kind = "number"
	asBoolean kind = "boolean"
)

// maxDigits is how long a number may be: an IEEE 754 double holds all integers of so many digits exactly.
const maxDigits = 15

// jwtFilter is the filter of Envoy that verifies JSON Web Tokens.
const jwtFilter = "envoy.filters.http.jwt_authn"

// source says where a value comes from.
type source struct {
	from     origin
	constant any
	// name is that of the variable, the parameter, the header in lower case, or the extension.
	name string
	// filter and path find a value of metadata.
	filter string
	path   []string
	// prefix must begin the text, and is not part of the value.
	prefix   string
	as       kind
	optional bool
}

// isText reports whether the value is a text that is always there.
func (s *source) isText() bool {
	_, is := s.constant.(string)
	return !s.optional && s.as == "" && (s.from != fromValue || is && s.constant != "")
}

// readSource reads where a value comes from: a text, a number or a boolean that is the value itself, or an object with one origin.
// The variables are those of a path, which is nil for what is common to all routes.
func readSource(f field, path *template) (*source, error) {
	if f.node.Kind != yaml.MappingNode {
		constant, err := f.scalar()
		if err != nil {
			return nil, f.errorf("it is %s: write the value, or an object with one of %s", f.kind(), strings.Join(origins, ", "))
		}
		return &source{from: fromValue, constant: constant}, nil
	}
	members, err := f.members(append([]string{"prefix", "as", "optional"}, origins...)...)
	if err != nil {
		return nil, err
	}
	s := &source{}
	for _, name := range origins {
		member, has := members[name]
		if !has {
			continue
		}
		if s.from != "" {
			return nil, f.errorf("it has %s and %s: a value comes from one of them", s.from, name)
		}
		s.from = origin(name)
		if err := s.readOrigin(member, path); err != nil {
			return nil, err
		}
	}
	if s.from == "" {
		return nil, f.errorf("it does not say where the value comes from: write one of %s", strings.Join(origins, ", "))
	}
	if err := s.readRest(f, members); err != nil {
		return nil, err
	}
	return s, nil
}

// readOrigin reads what an origin needs.
func (s *source) readOrigin(f field, path *template) (err error) {
	switch s.from {
	case fromValue:
		s.constant, err = f.scalar()
		return err
	case fromMetadata:
		return s.readMetadata(f)
	case fromPrincipal:
		if is, err := f.flag(); err != nil || !is {
			return f.errorf("write true: the principal is that of the certificate")
		}
		return nil
	case fromPath, fromQuery, fromHeader, fromExtension:
	}
	if s.name, err = f.text(); err != nil {
		return err
	}
	return s.checkName(f, path)
}

// checkName refuses a name that nothing has.
func (s *source) checkName(f field, path *template) error {
	switch {
	case s.from == fromPath && path == nil:
		return f.errorf("what is common to all routes cannot be in a path: move it into the routes")
	case s.from == fromPath && !path.has(s.name):
		return f.errorf("the path has no variable %q", s.name)
	case s.from == fromHeader && (s.name != strings.ToLower(s.name) || strings.Trim(s.name, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""):
		return f.errorf("it is %q: write the name of a header in lower case, of letters, digits and hyphens", s.name)
	}
	return nil
}

// readMetadata reads the filter and the path of a value of metadata.
func (s *source) readMetadata(f field) error {
	members, err := f.members("filter", "path")
	if err != nil {
		return err
	}
	s.filter = jwtFilter
	if named, has := members["filter"]; has {
		if s.filter, err = named.text(); err != nil {
			return err
		}
	}
	path, has := members["path"]
	if !has {
		return f.errorf("path is missing: it must be a list of names, such as [jwt_payload, sub]")
	}
	s.path, err = path.texts()
	return err
}

// readRest reads what says how a value is to be taken.
func (s *source) readRest(f field, members map[string]field) (err error) {
	if prefix, has := members["prefix"]; has {
		if s.prefix, err = prefix.text(); err != nil {
			return err
		}
	}
	if as, has := members["as"]; has {
		switch s.as = kind(as.node.Value); s.as {
		case asNumber, asBoolean:
		default:
			return as.errorf("it is %s: it must be %s or %s; without it, the value is a text", as.kind(), asNumber, asBoolean)
		}
	}
	if optional, has := members["optional"]; has {
		if s.optional, err = optional.flag(); err != nil {
			return err
		}
	}
	if s.from == fromValue && (s.prefix != "" || s.as != "" || s.optional) {
		return f.errorf("prefix, as and optional are for values of requests: write the value as it is to be")
	}
	return nil
}

// take returns the value that a text of a request stands for.
func (s *source) take(text string) (any, error) {
	text, has := strings.CutPrefix(text, s.prefix)
	if !has {
		return nil, fmt.Errorf("the value of %s does not begin with %q", s, s.prefix)
	}
	switch s.as {
	case asNumber:
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || len(text) > maxDigits || strings.Trim(text, "0123456789.-") != "" {
			return nil, fmt.Errorf("the value of %s is no plain number", s)
		}
		return number, nil
	case asBoolean:
		if text != "true" && text != "false" {
			return nil, fmt.Errorf("the value of %s is neither true nor false", s)
		}
		return text == "true", nil
	default:
		return text, nil
	}
}

// String names the source in messages.
func (s *source) String() string {
	switch s.from {
	case fromMetadata:
		return "metadata " + s.filter + " " + strings.Join(s.path, ".")
	case fromPrincipal:
		return "principal"
	default:
		return string(s.from) + " " + s.name
	}
}
