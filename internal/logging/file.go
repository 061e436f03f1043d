// SPDX-License-Identifier: Apache-2.0

package logging

import (
	"fmt"
	"os"
)

// OpenFile opens a file to append lines to, or creates it, readable only by its owner and group.
func OpenFile(path string) (*os.File, error) {
	opened, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o640) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("the log cannot be opened: %w", err)
	}
	return opened, nil
}
