// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
)

// minKeyLength is the least number of bytes of a key for hashing values: a shorter one could be guessed.
const minKeyLength = 16

// openDecisionLog opens the decision log, or returns nil if there is none. Until the context ends it is reopened on SIGHUP.
func (o *serveOptions) openDecisionLog(ctx context.Context, log logr.Logger) (*decisionlog.Log, error) {
	if o.decisionLog == "" {
		return nil, nil
	}
	var key []byte
	if o.maskKeyFile != "" {
		text, err := os.ReadFile(o.maskKeyFile)
		if err != nil {
			return nil, fmt.Errorf("--decision-log-mask-key-file: %w", err)
		}
		if key = []byte(strings.TrimSpace(string(text))); len(key) < minKeyLength {
			return nil, fmt.Errorf("--decision-log-mask-key-file: %s has %d bytes; a key needs at least %d, such as openssl rand -hex 32 makes",
				o.maskKeyFile, len(key), minKeyLength)
		}
	}
	masks, err := decisionlog.NewMasks(o.masks, key)
	if err != nil {
		return nil, usagef("--decision-log-mask: %v", err)
	}
	open := func() (io.WriteCloser, error) { return logging.OpenFile(o.decisionLog) }
	if o.decisionLog == "-" {
		open = func() (io.WriteCloser, error) { return nopCloser{o.streams.Out}, nil }
	}
	decisions, err := decisionlog.New(open, decisionlog.Options{Sample: o.sample, Masks: masks, Log: log})
	if err != nil {
		return nil, err
	}
	reopen := make(chan os.Signal, 1)
	signal.Notify(reopen, syscall.SIGHUP)
	go func() {
		defer signal.Stop(reopen)
		for {
			select {
			case <-reopen:
				decisions.Reopen()
			case <-ctx.Done():
				return
			}
		}
	}()
	return decisions, nil
}

// nopCloser is a writer that is closed elsewhere.
type nopCloser struct{ io.Writer }

// Close does nothing.
func (nopCloser) Close() error { return nil }
