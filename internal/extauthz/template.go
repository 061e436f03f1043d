// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"fmt"
	"slices"
	"strings"
)

// template is the path of a route: segments that are literal or variable, and perhaps all that lies below.
type template struct {
	segments []segment
	// below is set if the path covers itself and everything below it.
	below bool
	// slash is set if the path ends with a slash.
	slash bool
}

// segment is literal or variable.
type segment struct{ literal, variable string }

const everythingBelow = "**"

// parseTemplate parses the path of a route: /branches/{branch}/loans, or /static/** for a path and everything below it.
func parseTemplate(text string) (template, error) {
	rest, rooted := strings.CutPrefix(text, "/")
	if !rooted {
		return template{}, fmt.Errorf("it is %q: a path begins with a slash", text)
	}
	var t template
	if before, is := strings.CutSuffix(rest, everythingBelow); is && (before == "" || strings.HasSuffix(before, "/")) {
		t.below = true
		rest = strings.TrimSuffix(before, "/")
	} else if rest != "" {
		rest, t.slash = strings.CutSuffix(rest, "/")
	}
	if rest == "" && !t.slash {
		return t, nil
	}
	for raw := range strings.SplitSeq(rest, "/") {
		s, err := parseSegment(raw)
		if err != nil {
			return template{}, fmt.Errorf("it is %q: %w", text, err)
		}
		if s.variable != "" && t.has(s.variable) {
			return template{}, fmt.Errorf("it is %q: it has the variable %q twice", text, s.variable)
		}
		t.segments = append(t.segments, s)
	}
	return t, nil
}

func parseSegment(raw string) (segment, error) {
	if inner, is := strings.CutPrefix(raw, "{"); is {
		name, closed := strings.CutSuffix(inner, "}")
		if !closed || name == "" || strings.ContainsAny(name, "{}*") {
			return segment{}, fmt.Errorf("%q is no variable: write {name}, as a whole segment", raw)
		}
		return segment{variable: name}, nil
	}
	if strings.ContainsAny(raw, "{}*") {
		return segment{}, fmt.Errorf("%q is neither literal nor a variable: write {name} for a whole segment, and %s at the end "+
			"for everything below", raw, everythingBelow)
	}
	literal, err := decodeSegment(raw)
	if err != nil {
		return segment{}, fmt.Errorf("no request is for it, because it %w", err)
	}
	return segment{literal: literal}, nil
}

// has reports whether a variable is one of the template's.
func (t *template) has(variable string) bool {
	return slices.ContainsFunc(t.segments, func(s segment) bool { return s.variable == variable })
}

// value returns the value of a variable in a path that the template matches.
func (t *template) value(variable string, segments []string) string {
	for i := range t.segments {
		if t.segments[i].variable == variable {
			return segments[i]
		}
	}
	return ""
}

// differs returns how a path that the template matches but for case and the slash at its end differs from it; nil if it does not.
func (t *template) differs(segments []string, slash bool) error {
	for i, s := range t.segments {
		if s.variable == "" && s.literal != segments[i] {
			return ambiguousError(fmt.Sprintf("has %q where the route has %q", segments[i], s.literal))
		}
	}
	switch {
	case t.below || slash == t.slash:
		return nil
	case slash:
		return ambiguousError("ends with a slash, which the route does not")
	default:
		return ambiguousError("does not end with a slash, which the route does")
	}
}
