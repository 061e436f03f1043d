// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// progress is how far the building of several programs has come.
type progress struct {
	// number is that of the current program, of total.
	number, total int
	name          string
	// downloaded counts modules, while it is not known yet what has to be compiled.
	downloaded int
	// compiled counts packages, of packages that have to be; 0 while that is not known.
	compiled, packages int
	elapsed            time.Duration
}

// String returns the progress in one line.
func (p progress) String() string {
	step := fmt.Sprintf("building %d of %d: %s", p.number, p.total, p.name)
	switch {
	case p.packages > 0 && p.compiled >= p.packages:
		return fmt.Sprintf("%s, linking, %s", step, duration(p.elapsed))
	case p.packages > 0:
		return fmt.Sprintf("%s, %d of %d packages, %s", step, p.compiled, p.packages, duration(p.elapsed))
	case p.downloaded > 0:
		return fmt.Sprintf("%s, %d modules downloaded, %s", step, p.downloaded, duration(p.elapsed))
	}
	return fmt.Sprintf("%s, %s", step, duration(p.elapsed))
}

// done returns the line that stays once the program is built.
func (p progress) done() string {
	return fmt.Sprintf("built %d of %d: %s in %s", p.number, p.total, p.name, duration(p.elapsed))
}

// duration returns minutes and seconds.
func duration(d time.Duration) string {
	seconds := int(d.Seconds())
	if seconds < 60 {
		return fmt.Sprintf("%ds", seconds)
	}
	return fmt.Sprintf("%dm%02ds", seconds/60, seconds%60)
}

// How often the line is written: on a terminal in place, elsewhere as another line.
const (
	onTerminal = 200 * time.Millisecond
	inLog      = 30 * time.Second
)

// columns is how wide the line may be on a terminal: one that is wrapped cannot be rewritten in place.
const columns = 79

// display writes the line.
type display struct {
	out      io.Writer
	terminal bool
	// shown is when the line was last written, as time since the program was begun; wide is how much of it stands on the terminal.
	shown time.Duration
	wide  int
}

// begin starts the line of another program.
func (d *display) begin() { d.shown = 0 }

// show writes the line if it is time to.
func (d *display) show(p progress) {
	every := inLog
	if d.terminal {
		every = onTerminal
	}
	if p.elapsed-d.shown < every {
		return
	}
	d.shown = p.elapsed
	if d.terminal {
		d.rewrite(p.String(), "")
		return
	}
	_, _ = fmt.Fprintln(d.out, p)
}

// finish writes the line that stays.
func (d *display) finish(line string) {
	if d.terminal {
		d.rewrite(line, "\n")
		d.wide = 0
		return
	}
	_, _ = fmt.Fprintln(d.out, line)
}

// rewrite writes over the line that stands on the terminal.
func (d *display) rewrite(line, end string) {
	line = line[:min(len(line), columns)]
	_, _ = fmt.Fprint(d.out, "\r"+line+strings.Repeat(" ", max(d.wide-len(line), 0))+end)
	d.wide = len(line)
}
