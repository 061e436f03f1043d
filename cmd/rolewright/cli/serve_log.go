// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/serve/decisionlog"
)

// shortestKey is the fewest bytes of a key by which values are hashed: shorter ones can be tried out.
const shortestKey = 16

// decisions opens the decision log; it is nil if none is wanted. It is opened anew on SIGHUP, until the context ends.
func (s *serving) decisions(ctx context.Context, log logr.Logger) (*decisionlog.Log, error) {
	if s.decisionLog == "" {
		return nil, nil
	}
	var key []byte
	if s.maskKeyFile != "" {
		text, err := os.ReadFile(s.maskKeyFile)
		if err != nil {
			return nil, fmt.Errorf("--decision-log-mask-key-file: %w", err)
		}
		if key = []byte(strings.TrimSpace(string(text))); len(key) < shortestKey {
			return nil, fmt.Errorf("--decision-log-mask-key-file: %s has %d bytes; a key needs at least %d, such as openssl rand -hex 32 makes",
				s.maskKeyFile, len(key), shortestKey)
		}
	}
	masks, err := decisionlog.NewMasks(s.masks, key)
	if err != nil {
		return nil, usagef("--decision-log-mask: %v", err)
	}
	open := func() (io.WriteCloser, error) { return decisionlog.OpenFile(s.decisionLog) }
	if s.decisionLog == "-" {
		open = func() (io.WriteCloser, error) { return unclosed{s.Out}, nil }
	}
	decisions, err := decisionlog.New(open, decisionlog.Options{Sample: s.sample, Masks: masks, Log: log})
	if err != nil {
		return nil, err
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hangups)
		for {
			select {
			case <-hangups:
				decisions.Reopen()
			case <-ctx.Done():
				return
			}
		}
	}()
	return decisions, nil
}

// unclosed is a writer that is somebody else's to close.
type unclosed struct{ io.Writer }

// Close does nothing.
func (unclosed) Close() error { return nil }

// logger logs to standard error.
func (s *serving) logger() logr.Logger {
	if s.logFormat == "json" {
		return logr.FromSlogHandler(slog.NewJSONHandler(s.ErrOut, &slog.HandlerOptions{
			ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
				if len(groups) == 0 && a.Key == logrErrorKey {
					a.Key = "error"
				}
				return a
			},
		}))
	}
	return logr.FromSlogHandler(&console{to: s.ErrOut})
}

// logrErrorKey is the key under which logr passes an error to a slog.Handler.
const logrErrorKey = "err"

// console writes for people: the time, the message, what it is about, and last the error, which may have several lines.
type console struct {
	to    io.Writer
	attrs []slog.Attr
}

var _ slog.Handler = (*console)(nil)

// Enabled implements slog.Handler.
func (*console) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle implements slog.Handler.
func (c *console) Handle(_ context.Context, record slog.Record) error {
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
	for _, a := range c.attrs {
		add(a)
	}
	record.Attrs(add)
	line.WriteString(last + "\n")
	_, err := io.WriteString(c.to, line.String())
	return err
}

// WithAttrs implements slog.Handler.
func (c *console) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &console{to: c.to, attrs: append(slices.Clip(c.attrs), attrs...)}
}

// WithGroup implements slog.Handler. Names are told apart well enough without groups.
func (c *console) WithGroup(string) slog.Handler { return c }
