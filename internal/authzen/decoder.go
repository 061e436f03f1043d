// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// decoder reads JSON as RFC 7493 (I-JSON) has it: UTF-8 without lone surrogates, no name twice in an object, no number
// that IEEE 754 doubles do not hold. Errors are of the text as a whole; what has the wrong type is for its callers to
// tell.
type decoder struct {
	text     jsontext.Decoder
	maxDepth int
	// unquoted is where names with escapes are written out.
	unquoted []byte
}

func (d *decoder) reset(body *bytes.Buffer, maxDepth int) {
	d.text.Reset(body)
	d.maxDepth = maxDepth
}

// kind is the kind of what comes next. It is invalid where nothing can come.
func (d *decoder) kind() jsontext.Kind { return d.text.PeekKind() }

// open reads the beginning of an object or an array, of which the caller knows that it comes next.
func (d *decoder) open() error {
	if _, err := d.text.ReadToken(); err != nil {
		return err
	}
	if d.text.StackDepth() > d.maxDepth {
		return badRequestf("objects and arrays lie more than %d deep in each other%s", d.maxDepth, location(d.text.StackPointer()))
	}
	return nil
}

// name reads the name of the next member of an object, or its end, for which more is false. The name holds until the next
// read.
func (d *decoder) name() (name []byte, more bool, err error) {
	if d.kind() == jsontext.KindEndObject {
		_, err := d.text.ReadToken()
		return nil, false, err
	}
	raw, err := d.text.ReadValue()
	if err != nil {
		return nil, false, err
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true, nil
	}
	d.unquoted, err = jsontext.AppendUnquote(d.unquoted[:0], raw)
	return d.unquoted, true, err
}

// element tells whether an array has a next element, and else reads its end.
func (d *decoder) element() (more bool, err error) {
	if d.kind() != jsontext.KindEndArray {
		return true, nil
	}
	_, err = d.text.ReadToken()
	return false, err
}

// value reads any value, as encoding/json would into any.
func (d *decoder) value() (any, error) {
	switch d.kind() {
	case jsontext.KindBeginObject:
		return d.object()
	case jsontext.KindBeginArray:
		return d.array()
	case jsontext.KindString:
		return d.string()
	case jsontext.KindNumber:
		return d.number()
	default:
		token, err := d.text.ReadToken()
		if err != nil || token.Kind() == jsontext.KindNull {
			return nil, err
		}
		return token.Bool(), nil
	}
}

// skip reads a value that does not count. It has to be sound JSON all the same.
func (d *decoder) skip() error {
	_, err := d.value()
	return err
}

func (d *decoder) object() (map[string]any, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	members := map[string]any{}
	for {
		raw, more, err := d.name()
		if err != nil || !more {
			return members, err
		}
		name := string(raw)
		if members[name], err = d.value(); err != nil {
			return nil, err
		}
	}
}

func (d *decoder) array() ([]any, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	elements := []any{}
	for {
		more, err := d.element()
		if err != nil || !more {
			return elements, err
		}
		element, err := d.value()
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
	}
}

func (d *decoder) string() (string, error) {
	raw, err := d.text.ReadValue()
	if err != nil {
		return "", err
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	d.unquoted, err = jsontext.AppendUnquote(d.unquoted[:0], raw)
	return string(d.unquoted), err
}

// mostExactDigits is how many digits an integer may have that is surely held exactly.
const mostExactDigits = 15

// number reads a number. One that is written as an integer must be held exactly: two that differ must not become alike.
func (d *decoder) number() (float64, error) {
	raw, err := d.text.ReadValue()
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, badRequestf("the number %s is larger than an IEEE 754 double can be%s", shortened(raw), location(d.text.StackPointer()))
	}
	if len(raw) <= mostExactDigits || bytes.ContainsAny(raw, ".eE") {
		return value, nil
	}
	if exact := strconv.AppendFloat(nil, value, 'f', 0, 64); !bytes.Equal(exact, raw) {
		return 0, badRequestf("the number %s is none that an IEEE 754 double holds exactly%s: send it as a string",
			shortened(raw), location(d.text.StackPointer()))
	}
	return value, nil
}

// shortened is a number as a message can show it.
func shortened(raw []byte) string {
	const most = 40
	if len(raw) <= most {
		return string(raw)
	}
	return string(raw[:most]) + "…"
}

// end reads to the end of the body, where nothing may follow.
func (d *decoder) end() error {
	offset := d.text.InputOffset()
	_, err := d.text.ReadToken()
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return badRequestf("something follows the JSON object, which ends after %d bytes", offset)
}
