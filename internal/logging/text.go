// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"
)

// blockKeys are the keys whose values may have several lines. They are written last, without their keys.
var blockKeys = []string{"error", "findings"}

// textCore writes the time, the message, the fields, and last what may have several lines.
type textCore struct {
	zapcore.LevelEnabler
	to     zapcore.WriteSyncer
	fields []zapcore.Field
}

var _ zapcore.Core = (*textCore)(nil)

// With implements zapcore.Core.
func (c *textCore) With(fields []zapcore.Field) zapcore.Core {
	return &textCore{LevelEnabler: c.LevelEnabler, to: c.to, fields: slices.Concat(c.fields, fields)}
}

// Check implements zapcore.Core.
func (c *textCore) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(entry.Level) {
		return checked.AddCore(entry, c)
	}
	return checked
}

// Write implements zapcore.Core.
func (c *textCore) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	var line strings.Builder
	line.WriteString(entry.Time.Format(time.TimeOnly) + " ")
	if entry.Level >= zapcore.WarnLevel {
		line.WriteString(entry.Level.String() + ": ")
	}
	line.WriteString(entry.Message)
	last := ""
	for _, field := range slices.Concat(c.fields, fields) {
		values := zapcore.NewMapObjectEncoder()
		field.AddTo(values)
		if text := fmt.Sprint(values.Fields[field.Key]); slices.Contains(blockKeys, field.Key) {
			last = ": " + text
		} else if _, written := values.Fields[field.Key]; written {
			fmt.Fprintf(&line, " %s=%s", field.Key, text)
		}
	}
	line.WriteString(last + "\n")
	_, err := c.to.Write([]byte(line.String()))
	return err
}

// Sync implements zapcore.Core.
func (c *textCore) Sync() error { return c.to.Sync() }
