// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Parse reads a Document from its JSON. It refuses a document of another schema. Fields that it does not know are
// passed over: later releases may add some.
func Parse(data []byte) (*Document, error) {
	var document Document
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("the document is not valid JSON of schema %s: %w", SchemaV1, err)
	}
	if document.Schema != SchemaV1 {
		return nil, fmt.Errorf("the document's schema is %q; this reader knows %q", document.Schema, SchemaV1)
	}
	return &document, nil
}

// Encode writes the document as JSON with one line for each permission, unit, role and user. Equal documents give equal
// bytes. It fails only if an attribute holds a value that is not JSON, such as a function or an infinite number.
func (d *Document) Encode() ([]byte, error) { return encodeLines(d) }

// EncodeBase writes the document without its units, unit groups, roles and users, of which a large one may have many.
func (d *Document) EncodeBase() ([]byte, error) {
	base := struct {
		Document
		// Units hides the document's, which would be written also where there are none.
		Units map[string]Unit `json:"units,omitempty"`
	}{Document: *d}
	base.UnitGroups, base.Roles, base.Groups, base.Users = nil, nil, nil, nil
	return encodeLines(base)
}

func encodeLines(document any) ([]byte, error) {
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("the document cannot be written as JSON: %w", err)
	}
	return breakLines(bytes.TrimSpace(compact.Bytes())), nil
}

// openDepth is how many levels of objects are written with a line for each member.
const openDepth = 2

// breakLines sets each member of the outer levels of objects on a line of its own. The input is compact JSON.
func breakLines(compact []byte) []byte {
	b := lineBreaker{lines: make([]byte, 0, len(compact)+len(compact)/16)}
	inString, escaped := false, false
	for i, c := range compact {
		if inString {
			b.lines = append(b.lines, c)
			inString = escaped || c != '"'
			escaped = !escaped && c == '\\'
			continue
		}
		inString = c == '"'
		b.add(compact, i)
	}
	return append(b.lines, '\n')
}

// lineBreaker copies JSON, with line breaks between the members of the objects that it has open.
type lineBreaker struct {
	lines []byte
	// depth is how many objects and lists the place lies in, and open how many of them, all objects, are written by line.
	depth, open int
}

// add copies the byte at a place outside of strings.
func (b *lineBreaker) add(compact []byte, at int) {
	switch c := compact[at]; c {
	case '{', '[':
		b.begin(c, compact[at+1])
	case '}', ']':
		b.end(c)
	default:
		b.lines = append(b.lines, c)
		if b.depth == b.open && c == ',' {
			b.newLine()
		}
		if b.depth == b.open && c == ':' {
			b.lines = append(b.lines, ' ')
		}
	}
}

// begin copies the begin of an object or a list, and opens an object of the outer levels that is not empty.
func (b *lineBreaker) begin(c, next byte) {
	b.depth++
	b.lines = append(b.lines, c)
	if c == '{' && next != '}' && b.depth == b.open+1 && b.depth <= openDepth {
		b.open = b.depth
		b.newLine()
	}
}

// end copies the end of an object or a list.
func (b *lineBreaker) end(c byte) {
	if b.depth == b.open {
		b.open--
		b.newLine()
	}
	b.depth--
	b.lines = append(b.lines, c)
}

func (b *lineBreaker) newLine() {
	b.lines = append(b.lines, '\n')
	for range b.open {
		b.lines = append(b.lines, ' ')
	}
}
