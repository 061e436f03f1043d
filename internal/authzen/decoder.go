// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// decoder reads JSON as RFC 7493 (I-JSON) has it: UTF-8 without lone surrogates, no name twice in an object, no number
// that IEEE 754 doubles do not hold. Its errors concern the body as a whole: it keeps the first, and reads nothing after it.
//
// Its methods for whole values are in this file, those for the entities of a request in part.go, those for bodies in
// message.go and approvers.go.
type decoder struct {
	text     jsontext.Decoder
	err      error
	maxDepth int
	// unquoted is a buffer for strings with escapes.
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
	d.err, d.maxDepth = nil, maxDepth
}

// fail records an error, unless there is one.
func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// kind returns the kind of the next value. It is invalid if there is none, and after an error.
func (d *decoder) kind() jsontext.Kind {
	if d.err != nil {
		return jsontext.KindInvalid
	}
	return d.text.PeekKind()
}

// next reads the next token.
func (d *decoder) next() {
	_, err := d.text.ReadToken()
	d.fail(err)
}

// open reads the beginning of an object or an array, which the caller knows to be next.
func (d *decoder) open() {
	d.next()
	if d.text.StackDepth() > d.maxDepth {
		d.fail(badRequestf("objects and arrays are nested more than %d deep%s", d.maxDepth, location(d.text.StackPointer())))
	}
}

// name reads the name of the next member of an object, or the end of the object: then more is false. The name is valid until
// the next read.
func (d *decoder) name() (name []byte, more bool) {
	if d.kind() == jsontext.KindEndObject {
		d.next()
		return nil, false
	}
	return d.string()
}

// element reports whether an array has another element, and otherwise reads the end of the array.
func (d *decoder) element() bool {
	kind := d.kind()
	if kind == jsontext.KindEndArray || kind == jsontext.KindInvalid {
		d.next()
		return false
	}
	return true
}

// value reads any value, as encoding/json does into any.
func (d *decoder) value() any {
	switch kind := d.kind(); kind {
	case jsontext.KindBeginObject:
		return d.object()
	case jsontext.KindBeginArray:
		return d.array()
	case jsontext.KindString:
		text, _ := d.string()
		return string(text)
	case jsontext.KindNumber:
		return d.number()
	case jsontext.KindTrue, jsontext.KindFalse:
		d.next()
		return kind == jsontext.KindTrue
	default:
		d.next()
		return nil
	}
}

func (d *decoder) object() map[string]any {
	d.open()
	members := map[string]any{}
	for raw, more := d.name(); more; raw, more = d.name() {
		name := string(raw)
		members[name] = d.value()
	}
	return members
}

func (d *decoder) array() []any {
	d.open()
	elements := []any{}
	for d.element() {
		elements = append(elements, d.value())
	}
	return elements
}

// raw reads a string or a number as it is written.
func (d *decoder) raw() []byte {
	if d.err != nil {
		return nil
	}
	raw, err := d.text.ReadValue()
	d.err = err
	return raw
}

// string reads a string, and reports whether there is one. It is valid until the next read.
func (d *decoder) string() ([]byte, bool) {
	raw := d.raw()
	if d.err != nil {
		return nil, false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	d.unquoted, d.err = jsontext.AppendUnquote(d.unquoted[:0], raw)
	return d.unquoted, true
}

// maxExactDigits is how many digits an integer may have that a double always holds exactly.
const maxExactDigits = 15

// number reads a number. One that is written as an integer must be held exactly: two that differ must not become alike.
func (d *decoder) number() float64 {
	raw := d.raw()
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		d.fail(badRequestf("the number %s is larger than an IEEE 754 double can be%s", shortened(raw), location(d.text.StackPointer())))
	}
	if len(raw) <= maxExactDigits || bytes.ContainsAny(raw, ".eE") {
		return value
	}
	if exact := strconv.AppendFloat(nil, value, 'f', 0, 64); !bytes.Equal(exact, raw) {
		d.fail(badRequestf("an IEEE 754 double does not hold the number %s exactly%s: send it as a string",
			shortened(raw), location(d.text.StackPointer())))
	}
	return value
}

// shortened returns a number as a message shows it.
func shortened(raw []byte) string {
	const most = 40
	if len(raw) <= most {
		return string(raw)
	}
	return string(raw[:most]) + "…"
}

// checkBody refuses a body that is not an object.
func (d *decoder) checkBody() {
	if kind := d.kind(); kind != jsontext.KindBeginObject {
		d.value()
		d.fail(badRequestf("the body is %s: it must be an object", kindName(kind)))
	}
}

// end returns the first error, or else reads the end of the body.
func (d *decoder) end() error {
	if d.err != nil {
		return d.err
	}
	offset := d.text.InputOffset()
	if _, err := d.text.ReadToken(); errors.Is(err, io.EOF) {
		return nil
	}
	return badRequestf("there is something after the JSON object, which ends after %d bytes: remove it", offset)
}
