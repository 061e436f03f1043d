// SPDX-License-Identifier: Apache-2.0

package decisionlog

import "io"

// file is what lines are written to.
type file struct {
	open func() (io.WriteCloser, error)
	to   io.WriteCloser
	// torn is set while the last line is incomplete.
	torn bool
}

func (f *file) write(lines []byte) error {
	if f.torn {
		// The next line must not continue the incomplete one.
		if _, err := f.to.Write([]byte("\n")); err != nil {
			return err
		}
		f.torn = false
	}
	written, err := f.to.Write(lines)
	f.torn = err != nil && written > 0
	return err
}

// reopen opens the file again. If that fails, the old one is kept.
func (f *file) reopen() error {
	opened, err := f.open()
	if err != nil {
		return err
	}
	f.close()
	f.to, f.torn = opened, false
	return nil
}

func (f *file) close() { _ = f.to.Close() }
