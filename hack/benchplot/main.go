// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchplot:", err)
		os.Exit(1)
	}
}

// run draws what is measured.
func run(measured io.Reader, svg io.Writer) error {
	all, err := read(measured)
	if err != nil {
		return err
	}
	p, err := newPlot(all)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(svg, "<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- Made by make bench-plot. -->\n"); err != nil {
		return err
	}
	return drawing.Execute(svg, p)
}
