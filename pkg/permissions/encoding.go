// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ParseDocument reads a Document from its JSON. It refuses a document of another schema. Fields that it does not know are
// passed over: later releases may add some.
func ParseDocument(data []byte) (*Document, error) {
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
func (d *Document) Encode() ([]byte, error) {
	var compact bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		return nil, fmt.Errorf("the document cannot be written as JSON: %w", err)
	}
	return breakLines(bytes.TrimSpace(compact.Bytes())), nil
}

// openDepth is how many levels of objects are written with a line for each member.
const openDepth = 2

// breakLines sets each member of the outer levels of objects on a line of its own. The input is compact JSON.
func breakLines(compact []byte) []byte {
	lines := make([]byte, 0, len(compact)+len(compact)/16)
	depth, open := 0, 0
	inString, escaped := false, false
	for i, c := range compact {
		if inString {
			lines = append(lines, c)
			inString = escaped || c != '"'
			escaped = !escaped && c == '\\'
			continue
		}
		switch c {
		case '"':
			inString = true
			lines = append(lines, c)
		case '{', '[':
			depth++
			lines = append(lines, c)
			if c == '{' && depth == open+1 && depth <= openDepth && compact[i+1] != '}' {
				open = depth
				lines = newLine(lines, open)
			}
		case '}', ']':
			if depth == open && compact[i-1] != '{' {
				open--
				lines = newLine(lines, open)
			}
			depth--
			lines = append(lines, c)
		case ',':
			lines = append(lines, c)
			if depth == open {
				lines = newLine(lines, open)
			}
		case ':':
			lines = append(lines, c)
			if depth == open {
				lines = append(lines, ' ')
			}
		default:
			lines = append(lines, c)
		}
	}
	return append(lines, '\n')
}

func newLine(lines []byte, depth int) []byte {
	lines = append(lines, '\n')
	for range depth {
		lines = append(lines, ' ')
	}
	return lines
}
