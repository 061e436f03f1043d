// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// Log appends records to a stream. It may be used by several goroutines.
type Log struct {
	mu sync.Mutex
	to io.Writer
	// torn is set while the last line is incomplete.
	torn bool
}

// NewLog returns a log that writes to a stream.
func NewLog(to io.Writer) *Log { return &Log{to: to} }

// Write appends records, each as a line of JSON. Either all of them are written, or an error is returned.
func (l *Log) Write(records []Record) error {
	if l == nil || len(records) == 0 {
		return nil
	}
	lines, err := Lines(records)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.torn {
		// The next line must not continue the incomplete one.
		lines = append([]byte("\n"), lines...)
	}
	written, err := l.to.Write(lines)
	if err != nil {
		l.torn = l.torn || written > 0
		return fmt.Errorf("writing the audit log: %w", err)
	}
	l.torn = false
	return nil
}

// Sync returns when everything that was written is on the disk, where the stream is a file.
func (l *Log) Sync() error {
	if l == nil {
		return nil
	}
	file, is := l.to.(interface{ Sync() error })
	if !is {
		return nil
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("writing the audit log to the disk: %w", err)
	}
	return nil
}

// Lines returns records as lines of JSON.
func Lines(records []Record) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	for i := range records {
		if err := encoder.Encode(&records[i]); err != nil {
			return nil, fmt.Errorf("encoding the audit record %s: %w", records[i].ID, err)
		}
	}
	return lines.Bytes(), nil
}
