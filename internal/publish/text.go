// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// section is a map of the document whose members may be spread.
type section struct {
	// key is the section's in the document, and noun what one member is called.
	key, noun string
	// always is set if the section is written without members too.
	always bool
	// members by name, and the length of their lines.
	members []member
	size    int
}

func newSection(key, noun string, members []member) section {
	return section{key: key, noun: noun, members: members, size: linesSize(members)}
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

// sectionsOf writes every member of a document but its users on its line, in the order of the document's sections.
func sectionsOf(doc *document.Document) ([]section, error) {
	units, err := lines(doc.Units)
	if err != nil {
		return nil, err // attributes alone may hold what is not JSON
	}
	groups, _ := lines(doc.UnitGroups)
	roles, _ := lines(doc.Roles)
	userGroups, _ := lines(doc.Groups)
	all := []section{
		newSection("units", "unit", units), newSection("unitGroups", "unit group", groups),
		newSection("roles", "role", roles), newSection("groups", "user group", userGroups),
	}
	all[0].always = true
	return all, nil
}

// lines writes the members of a section, each on its line, by name.
func lines[V any](values map[string]V) ([]member, error) {
	writer := newLineWriter()
	members := make([]member, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		next, err := writer.write(name, values[name])
		if err != nil {
			return nil, err
		}
		members = append(members, next)
	}
	return members, nil
}

// lineWriter writes members.
type lineWriter struct {
	buffer  bytes.Buffer
	encoder *json.Encoder
}

func newLineWriter() *lineWriter {
	w := &lineWriter{}
	w.encoder = json.NewEncoder(&w.buffer)
	w.encoder.SetEscapeHTML(false)
	return w
}

func (w *lineWriter) write(name string, value any) (member, error) {
	w.buffer.Reset()
	if err := w.encoder.Encode(name); err != nil {
		return member{}, err
	}
	// The encoder ends what it writes with a line feed.
	w.buffer.Truncate(w.buffer.Len() - 1)
	w.buffer.WriteString(": ")
	if err := w.encoder.Encode(value); err != nil {
		return member{}, fmt.Errorf("%q cannot be written as JSON: %w", name, err)
	}
	return member{name: name, line: string(w.buffer.Bytes()[:w.buffer.Len()-1])}, nil
}

func byName(a, b member) int { return cmp.Compare(a.name, b.name) }

// whole puts a document together.
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
			size += len(between) + len(section.opening()) + section.size + len(section.closing())
		}
	}
	return size
}

// linesSize is the length of the lines of a section.
func linesSize(members []member) int {
	size := 0
	for i := range members {
		size += members[i].size()
	}
	return max(size-len(comma), 0)
}

// size is what the member takes, with a comma before it.
func (m *member) size() int { return len(comma) + len(indent) + len(m.line) }

// fragment is the text of a shard that holds some members of a section.
func fragment(key string, members []member) string {
	part := newSection(key, "", members)
	var text strings.Builder
	text.Grow(len(begin) + len(part.opening()) + part.size + len(part.closing()) + len(end))
	text.WriteString(begin)
	part.writeTo(&text)
	text.WriteString(end)
	return text.String()
}

func (s *section) written() bool { return s.always || s.size > 0 }

func (s *section) opening() string { return ` "` + s.key + `": {` }

func (s *section) closing() string {
	if s.size == 0 {
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
