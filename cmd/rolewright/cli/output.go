// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"
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

// writeTable writes rows in aligned columns below their titles, if there are any.
func writeTable(out io.Writer, titles []string, rows [][]string) error {
	const gap = 3
	columns := tabwriter.NewWriter(out, 0, 0, gap, ' ', 0)
	if len(titles) > 0 {
		rows = append([][]string{titles}, rows...)
	}
	for _, row := range rows {
		if _, err := fmt.Fprintln(columns, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return columns.Flush()
}
