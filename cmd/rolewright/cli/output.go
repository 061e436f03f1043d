// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/terminal"
)

// outputFlags select the format of the output.
type outputFlags struct {
	format string
	// formats are those that the subcommand supports, the default first.
	formats []string
}

func newOutputFlags(formats ...string) outputFlags { return outputFlags{formats: formats} }

func (f *outputFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&f.format, "output", "o", f.formats[0], "`FORMAT`: "+orList(f.formats))
	_ = flags.SetAnnotation("output", outputFormats, f.formats) // the flag exists
}

func (f *outputFlags) validate() error {
	if slices.Contains(f.formats, f.format) {
		return nil
	}
	return usagef("-o %s: write %s", f.format, orList(f.formats))
}

// writeJSON writes a value as indented JSON.
func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// writeTable writes rows in aligned columns below their titles, if there are any, as wide as the terminal.
func writeTable(out io.Writer, titles []string, rows [][]string) error {
	for _, lines := range tableLines(out, titles, rows) {
		for _, line := range lines {
			if _, err := fmt.Fprintln(out, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// tableLines returns the lines of each row of a table that is written to a stream, those of the titles first.
func tableLines(out io.Writer, titles []string, rows [][]string) [][]string {
	if len(titles) > 0 {
		rows = append([][]string{titles}, rows...)
	}
	return terminal.Table(rows, terminal.Width(out))
}
