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
// that IEEE 754 doubles do not hold. Its errors concern the body as a whole.
//
// Its methods for whole values are in this file, those for the entities of a request in part.go, those for bodies in
// message.go and approvers.go.
type decoder struct {
	text     jsontext.Decoder
	maxDepth int
	// unquoted is a buffer for names with escapes.
	unquoted []byte

	endpoint       Endpoint
	maxEvaluations int
	// ignored are fields that are skipped, whatever they hold: what a search is for.
	ignored fieldSet
	// inEvaluation is set while one of several evaluations is read. Null is then not the same as no value: it could mean that
	// the default is to be used, or that it is not.
	inEvaluation bool
}

func (d *decoder) reset(body *bytes.Buffer, maxDepth int) {
	d.text.Reset(body)
	d.maxDepth = maxDepth
}

// kind returns the kind of the next value. It is invalid if there is none.
func (d *decoder) kind() jsontext.Kind { return d.text.PeekKind() }

// open reads the beginning of an object or an array, which the caller knows to be next.
func (d *decoder) open() error {
	if _, err := d.text.ReadToken(); err != nil {
		return err
	}
	if d.text.StackDepth() > d.maxDepth {
		return badRequestf("objects and arrays are nested more than %d deep%s", d.maxDepth, location(d.text.StackPointer()))
	}
	return nil
}

// name reads the name of the next member of an object, or the end of the object: then more is false. The name is valid until
// the next read.
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

// element reports whether an array has another element, and otherwise reads the end of the array.
func (d *decoder) element() (more bool, err error) {
	if d.kind() != jsontext.KindEndArray {
		return true, nil
	}
	_, err = d.text.ReadToken()
	return false, err
}

// value reads any value, as encoding/json does into any.
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

// skip reads a value that is ignored. It must be valid JSON all the same.
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

// maxExactDigits is how many digits an integer may have that a double always holds exactly.
const maxExactDigits = 15

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
	if len(raw) <= maxExactDigits || bytes.ContainsAny(raw, ".eE") {
		return value, nil
	}
	if exact := strconv.AppendFloat(nil, value, 'f', 0, 64); !bytes.Equal(exact, raw) {
		return 0, badRequestf("an IEEE 754 double does not hold the number %s exactly%s: send it as a string",
			shortened(raw), location(d.text.StackPointer()))
	}
	return value, nil
}

// shortened returns a number as a message shows it.
func shortened(raw []byte) string {
	const most = 40
	if len(raw) <= most {
		return string(raw)
	}
	return string(raw[:most]) + "…"
}

// end reads the end of the body.
func (d *decoder) end() error {
	offset := d.text.InputOffset()
	_, err := d.text.ReadToken()
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return badRequestf("there is something after the JSON object, which ends after %d bytes: remove it", offset)
}
