// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// encodeBase writes a document as JSON without its units, unit groups, roles, groups and users, of which a large one may have
// many, with a line for each member of the outer objects. Equal documents give equal bytes. It fails only if a value is not
// JSON, such as an infinite number.
func encodeBase(doc *document.Document) ([]byte, error) {
	base := struct {
		document.Document
		// Units hides the document's, which would be written also where there are none.
		Units map[string]document.Unit `json:"units,omitempty"`
	}{Document: *doc}
	base.UnitGroups, base.Roles, base.Groups, base.Users = nil, nil, nil, nil
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(base); err != nil {
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
		b.begin(c)
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

// begin copies the begin of an object or a list, and opens an object of the outer levels. None of these is empty, and none
// lies in a list.
func (b *lineBreaker) begin(c byte) {
	b.depth++
	b.lines = append(b.lines, c)
	if c == '{' && b.depth <= openDepth {
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
