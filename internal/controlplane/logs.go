// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tailLines is how many lines of a log an error contains: enough for the reason
// of a failure, and few enough to read.
const tailLines = 20

// logs are the log files of the programs, <program>.log in one folder.
type logs struct {
	dir   string
	files map[string]*os.File
}

func openLogs(dir string, programs ...string) (*logs, error) {
	opened := &logs{dir: dir, files: map[string]*os.File{}}
	for _, program := range programs {
		file, err := os.Create(opened.path(program))
		if err != nil {
			opened.close()
			return nil, err
		}
		opened.files[program] = file
	}
	return opened, nil
}

func (l *logs) path(program string) string { return filepath.Join(l.dir, program+".log") }

func (l *logs) file(program string) *os.File { return l.files[program] }

// tail returns the end of every log, for an error message.
func (l *logs) tail() string {
	var text strings.Builder
	for program := range l.files {
		if last := LogTail(l.path(program)); last != "" {
			fmt.Fprintf(&text, "the end of %s's log:\n%s\n", program, last)
		}
	}
	return text.String()
}

// LogTail returns the last lines of a log file, for an error message, or why it cannot be read.
func LogTail(file string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-tailLines):], "\n")
}

// close closes the files. Stop calls it even if none was opened.
func (l *logs) close() {
	if l == nil {
		return
	}
	for _, file := range l.files {
		_ = file.Close()
	}
}
