// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// section is a map of the document whose members may be spread.
type section struct {
	// key is the section's in the document, and noun what one member is called.
	key, noun string
	// always is set if the section is written without members too.
	always bool
	// members by name.
	members []member
}

// member is one line of a section.
type member struct {
	name string
	// line is the member as JSON: "name": value.
	line string
}

const (
	// begin, between and end stand around the sections of a text.
	begin, between, end = "{\n", ",\n", "\n}\n"
	// comma and indent stand around the lines of a section.
	comma, indent = ",", "\n  "
)

// write writes every member of a document on its line, in the order of the document's sections.
func write(document *permissions.Document) ([]section, error) {
	units, err := lines(document.Units)
	if err != nil {
		return nil, err
	}
	groups, err := lines(document.UnitGroups)
	if err != nil {
		return nil, err
	}
	roles, err := lines(document.Roles)
	if err != nil {
		return nil, err
	}
	userGroups, err := lines(document.Groups)
	if err != nil {
		return nil, err
	}
	users, err := lines(document.Users)
	if err != nil {
		return nil, err
	}
	return []section{
		{key: "units", noun: "unit", always: true, members: units},
		{key: "unitGroups", noun: "unit group", members: groups},
		{key: "roles", noun: "role", members: roles},
		{key: "groups", noun: "user group", members: userGroups},
		{key: "users", noun: "user", members: users},
	}, nil
}

// lines writes the members of a section, each on its line, by name.
func lines[V any](values map[string]V) ([]member, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	members := make([]member, 0, len(values))
	for name, value := range values {
		buffer.Reset()
		if err := encoder.Encode(name); err != nil {
			return nil, err
		}
		// The encoder ends what it writes with a line feed.
		buffer.Truncate(buffer.Len() - 1)
		buffer.WriteString(": ")
		if err := encoder.Encode(value); err != nil {
			return nil, fmt.Errorf("%q cannot be written as JSON: %w", name, err)
		}
		members = append(members, member{name: name, line: string(buffer.Bytes()[:buffer.Len()-1])})
	}
	slices.SortFunc(members, byName)
	return members, nil
}

func byName(a, b member) int { return cmp.Compare(a.name, b.name) }

// whole puts a document together, as Document.Encode would write it.
func whole(base []byte, sections []section) string {
	var text strings.Builder
	text.Grow(wholeSize(base, sections))
	text.Write(bytes.TrimSuffix(base, []byte(end)))
	for i := range sections {
		section := &sections[i]
		if section.written() {
			text.WriteString(between)
			section.writeTo(&text)
		}
	}
	text.WriteString(end)
	return text.String()
}

// wholeSize is the length of what whole returns.
func wholeSize(base []byte, sections []section) int {
	size := len(base)
	for i := range sections {
		section := &sections[i]
		if section.written() {
			size += len(between) + len(section.opening()) + linesSize(section.members) + len(section.closing())
		}
	}
	return size
}

// linesSize is the length of the lines of a section.
func linesSize(members []member) int {
	size := -len(comma)
	for i := range members {
		size += len(comma) + len(indent) + len(members[i].line)
	}
	return max(size, 0)
}

// fragment is the text of a shard that holds some members of a section.
func fragment(key string, members []member) string {
	part := section{key: key, members: members}
	var text strings.Builder
	text.Grow(len(begin) + len(part.opening()) + linesSize(members) + len(part.closing()) + len(end))
	text.WriteString(begin)
	part.writeTo(&text)
	text.WriteString(end)
	return text.String()
}

func (s *section) written() bool { return s.always || len(s.members) > 0 }

func (s *section) opening() string { return ` "` + s.key + `": {` }

func (s *section) closing() string {
	if len(s.members) == 0 {
		return "}"
	}
	return "\n }"
}

func (s *section) writeTo(text *strings.Builder) {
	text.WriteString(s.opening())
	for i := range s.members {
		if i > 0 {
			text.WriteString(comma)
		}
		text.WriteString(indent)
		text.WriteString(s.members[i].line)
	}
	text.WriteString(s.closing())
}
