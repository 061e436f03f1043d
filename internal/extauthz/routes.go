// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"fmt"
	"net/netip"
	"strings"
)

// anyHost stands for the routes that name no host, anyMethod for all methods.
const (
	anyHost   = ""
	anyMethod = "*"
)

// routes finds the route of a request: of the most specific pattern of hosts, of these that of the most specific path, from left to
// right: a literal before a variable, and a variable before everything below; and of these that of the method. Once a host or a path is
// found, no less specific one is asked: what is stricter would otherwise be avoided by a method or a path that it does not name.
//
// Paths are found without regard to case and to a slash at their end: the route that is found may then differ from the path.
type routes struct {
	// exact holds the routes of a host, below those of all hosts that end with a suffix, such as .example.com.
	exact, below map[string]*branch
	any          *branch
}

// branch is a place in the tree of paths.
type branch struct {
	literals map[string]*branch
	variable *branch
	// here are the routes that end in this place, beneath those that cover everything below it as well; by method.
	here, beneath map[string]*route
}

// host returns the tree of a pattern of hosts, which it adds if there is none.
func (r *routes) host(pattern string) *branch {
	trees, key := &r.exact, pattern
	switch suffix, wild := strings.CutPrefix(pattern, "*"); {
	case pattern == anyHost:
		if r.any == nil {
			r.any = &branch{}
		}
		return r.any
	case wild:
		trees, key = &r.below, suffix
	}
	if *trees == nil {
		*trees = map[string]*branch{}
	}
	if (*trees)[key] == nil {
		(*trees)[key] = &branch{}
	}
	return (*trees)[key]
}

// add adds a route for a pattern of hosts. It fails if there is another for the same requests, which it names.
func (r *routes) add(pattern string, added *route) error {
	at := r.host(pattern)
	for _, s := range added.path.segments {
		at = at.child(s)
	}
	leaves := &at.here
	if added.path.below {
		leaves = &at.beneath
	}
	if *leaves == nil {
		*leaves = map[string]*route{}
	}
	for _, method := range added.methods {
		if other := (*leaves)[method]; other != nil {
			return fmt.Errorf("%s is for the same requests", other.name)
		}
		(*leaves)[method] = added
	}
	return nil
}

func (b *branch) child(s segment) *branch {
	if s.variable != "" {
		if b.variable == nil {
			b.variable = &branch{}
		}
		return b.variable
	}
	if b.literals == nil {
		b.literals = map[string]*branch{}
	}
	key := fold(s.literal)
	if b.literals[key] == nil {
		b.literals[key] = &branch{}
	}
	return b.literals[key]
}

// find returns the routes of a path, by method, nil if there are none.
func (b *branch) find(segments []string) map[string]*route {
	if len(segments) == 0 {
		if b.here != nil {
			return b.here
		}
		return b.beneath
	}
	if next := b.literals[fold(segments[0])]; next != nil {
		if found := next.find(segments[1:]); found != nil {
			return found
		}
	}
	if b.variable != nil {
		if found := b.variable.find(segments[1:]); found != nil {
			return found
		}
	}
	return b.beneath
}

// tree returns the tree of paths of a host, nil if there is none. It fails if the host cannot be told.
func (r *routes) tree(host string) (*branch, error) {
	if len(r.exact)+len(r.below) == 0 {
		return r.any, nil
	}
	name, err := hostName(host)
	if err != nil {
		return nil, err
	}
	if tree := r.exact[name]; tree != nil {
		return tree, nil
	}
	for at := strings.IndexByte(name, '.'); at >= 0; {
		if tree := r.below[name[at:]]; tree != nil {
			return tree, nil
		}
		next := strings.IndexByte(name[at+1:], '.')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return r.any, nil
}

// hostName returns the host of a Host header: in lower case, without a port and without a dot at the end. It fails if the header names
// none that is plain.
func hostName(header string) (string, error) {
	name := strings.ToLower(header)
	if at := strings.LastIndexByte(name, ':'); at >= 0 && strings.Trim(name[at+1:], "0123456789") == "" && !strings.HasSuffix(name, "]") {
		name = name[:at]
	}
	if inner, is := strings.CutPrefix(name, "["); is {
		address, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !strings.HasSuffix(inner, "]") {
			return "", ambiguousError("is not an address")
		}
		return address.String(), nil
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" || strings.Contains(name, "..") || name[0] == '.' {
		return "", ambiguousError("is not the name of a host")
	}
	return name, nil
}
