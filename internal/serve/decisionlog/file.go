// SPDX-License-Identifier: Apache-2.0

package decisionlog

import (
	"fmt"
	"io"
	"os"
)

// OpenFile opens a file to add lines to, or makes it, readable by its owner and group alone.
func OpenFile(path string) (io.WriteCloser, error) {
	opened, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640) //nolint:gosec // whoever runs the service names the file
	if err != nil {
		return nil, fmt.Errorf("the decision log cannot be opened: %w", err)
	}
	return opened, nil
}

// file is where lines go.
type file struct {
	open func() (io.WriteCloser, error)
	to   io.WriteCloser
	// torn is set while the last line is not whole.
	torn bool
}

func (f *file) write(lines []byte) error {
	if f.torn {
		// What follows must not run on after half a line.
		if _, err := f.to.Write([]byte("\n")); err != nil {
			return err
		}
		f.torn = false
	}
	written, err := f.to.Write(lines)
	f.torn = err != nil && written > 0
	return err
}

// again opens the file anew. The one before stays if that fails.
func (f *file) again() error {
	opened, err := f.open()
	if err != nil {
		return err
	}
	f.shut()
	f.to, f.torn = opened, false
	return nil
}

func (f *file) shut() { _ = f.to.Close() }
