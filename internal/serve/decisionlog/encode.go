// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// encoder writes lines of JSON with the time first.
var encoder = zapcore.NewJSONEncoder(zapcore.EncoderConfig{
	TimeKey: "time",
	EncodeTime: func(at time.Time, to zapcore.PrimitiveArrayEncoder) {
		to.AppendString(at.UTC().Format("2006-01-02T15:04:05.000000Z"))
	},
})

// appendLine appends a decision as a line.
func (m *Masks) appendLine(to []byte, d *Decision) ([]byte, error) {
	fields := make([]zap.Field, 0, 16)
	text := func(key, value string) {
		if value != "" {
			fields = append(fields, zap.String(key, value))
		}
	}
	text("id", cmp.Or(d.ID, rand.Text()))
	text("requestID", d.RequestID)
	text("traceID", d.TraceID)
	text("spanID", d.SpanID)
	caller := d.Caller
	if caller != "" && m.fields.of("caller").hides() {
		caller = m.shown(caller)
	}
	text("caller", caller)
	text("namespace", d.Namespace)
	text("organization", d.Organization)
	fields = append(fields, zap.Int64("revision", d.Revision))
	text("endpoint", d.Endpoint)
	r := &d.Request
	fields = append(fields,
		zap.Inline(m.entity("subject", r.Subject.Type, r.Subject.ID, "", r.Subject.Properties)),
		zap.Inline(m.entity("action", "", "", r.Action.Name, r.Action.Properties)),
		zap.Inline(m.entity("resource", r.Resource.Type, r.Resource.ID, "", r.Resource.Properties)))
	if len(r.Context) > 0 {
		fields = append(fields, zap.Inline(zapcore.ObjectMarshalerFunc(func(to zapcore.ObjectEncoder) error {
			return m.add(to, "context", r.Context, m.fields.of("context"))
		})))
	}
	fields = append(fields, zap.Bool("decision", d.Decision))
	text("reason", string(d.Reason))
	if d.Results != nil {
		fields = append(fields, zap.Int("results", *d.Results))
	}
	text("problem", d.Problem)
	buffer, err := encoder.EncodeEntry(zapcore.Entry{Time: d.Time}, fields)
	if err != nil {
		return to, err
	}
	to = append(to, buffer.Bytes()...)
	buffer.Free()
	return to, nil
}

// entity marshals a subject, an action or a resource. Empty fields are omitted.
func (m *Masks) entity(key, kind, id, name string, properties map[string]any) zapcore.ObjectMarshaler {
	masked := m.fields.of(key)
	return zapcore.ObjectMarshalerFunc(func(to zapcore.ObjectEncoder) error {
		if masked.hides() {
			to.AddString(key, m.shown(kind+"/"+id+name))
			return nil
		}
		return to.AddObject(key, zapcore.ObjectMarshalerFunc(func(to zapcore.ObjectEncoder) error {
			for _, field := range []struct{ key, value string }{{"type", kind}, {"id", id}, {"name", name}} {
				if field.value == "" {
					continue
				}
				if err := m.add(to, field.key, field.value, masked.of(field.key)); err != nil {
					return err
				}
			}
			if len(properties) == 0 {
				return nil
			}
			return m.add(to, "properties", properties, masked.of("properties"))
		}))
	})
}

// add adds a JSON value, or what is shown of it.
func (m *Masks) add(to zapcore.ObjectEncoder, key string, value any, masked *mask) error {
	if masked.hides() {
		to.AddString(key, m.shown(value))
		return nil
	}
	switch v := value.(type) {
	case string:
		to.AddString(key, v)
		return nil
	case bool:
		to.AddBool(key, v)
		return nil
	case map[string]any:
		return to.AddObject(key, zapcore.ObjectMarshalerFunc(func(to zapcore.ObjectEncoder) error {
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if err := m.add(to, name, v[name], masked.of(name)); err != nil {
					return err
				}
			}
			return nil
		}))
	case []any:
		// A mask below a list applies to every object in it.
		return to.AddArray(key, zapcore.ArrayMarshalerFunc(func(to zapcore.ArrayEncoder) error { return m.list(to, v, masked) }))
	default:
		return to.AddReflected(key, value)
	}
}

// list adds the elements of a list.
func (m *Masks) list(to zapcore.ArrayEncoder, values []any, masked *mask) error {
	for _, value := range values {
		var err error
		switch v := value.(type) {
		case map[string]any:
			err = to.AppendObject(zapcore.ObjectMarshalerFunc(func(to zapcore.ObjectEncoder) error {
				for _, name := range slices.Sorted(maps.Keys(v)) {
					if err := m.add(to, name, v[name], masked.of(name)); err != nil {
						return err
					}
				}
				return nil
			}))
		case []any:
			err = to.AppendArray(zapcore.ArrayMarshalerFunc(func(to zapcore.ArrayEncoder) error { return m.list(to, v, masked) }))
		default:
			err = to.AppendReflected(value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
