// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
)

// logger returns a logger to standard error.
func (o *serveOptions) logger() logr.Logger {
	if o.logFormat == "json" {
		return logr.FromSlogHandler(slog.NewJSONHandler(o.streams.ErrOut, &slog.HandlerOptions{
			ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
				if len(groups) == 0 && a.Key == logrErrorKey {
					a.Key = "error"
				}
				return a
			},
		}))
	}
	return logr.FromSlogHandler(&consoleHandler{to: o.streams.ErrOut})
}

// logrErrorKey is the key under which logr passes an error to a slog.Handler.
const logrErrorKey = "err"

// consoleHandler writes for people: the time, the message, the attributes, and last the error, which may have several lines.
type consoleHandler struct {
	to    io.Writer
	attrs []slog.Attr
}

var _ slog.Handler = (*consoleHandler)(nil)

// Enabled implements slog.Handler.
func (*consoleHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

// Handle implements slog.Handler.
func (h *consoleHandler) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	line.WriteString(record.Time.Format(time.TimeOnly) + " ")
	if record.Level >= slog.LevelWarn {
		line.WriteString(strings.ToLower(record.Level.String()) + ": ")
	}
	line.WriteString(record.Message)
	last := ""
	add := func(a slog.Attr) bool {
		if text := a.Value.String(); a.Key == logrErrorKey || a.Key == "findings" {
			last = ": " + text
		} else {
			fmt.Fprintf(&line, " %s=%s", a.Key, text)
		}
		return true
	}
	for _, a := range h.attrs {
		add(a)
	}
	record.Attrs(add)
	line.WriteString(last + "\n")
	_, err := io.WriteString(h.to, line.String())
	return err
}

// WithAttrs implements slog.Handler.
func (h *consoleHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &consoleHandler{to: h.to, attrs: append(slices.Clip(h.attrs), attrs...)}
}

// WithGroup implements slog.Handler. The names of attributes are unique without groups.
func (h *consoleHandler) WithGroup(string) slog.Handler { return h }
