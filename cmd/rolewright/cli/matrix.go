// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rolewright/rolewright/internal/matrix"
)

const matrixHelp = `Show which role of an organization holds which permission, after inheritance.

Rows are permissions in the order of the catalog. Columns are the roles of the organization and those that the platform
ships, by category and name; then those that are held over organizations; or those of --role in the order given. A
PlatformRole with the name of a Role is called PlatformRole/<name>. Conditions are shown whether or not the organization
meets them:

  table     ticks, and numbers that stand for conditions, with a legend below; 1|2+3 means: 1, or 2 and 3 together
  csv       section,permission,<role>... with a cell for each role: empty, yes, or alternatives joined by |, each the names of
            qualifiers, feature:<name> and entitlement:<name> joined by +
  markdown  a table for each section, with footnotes
  html      one page with footnotes, for the screen and for print, that needs no other file
  json      roles, and permissions with who holds them

Overrides of single users are no part of it: ask can or explain about a user.

Exit codes:
  0  shown
  2  something could not be read, or wrong arguments`

func newMatrix(name string, in *inputs) *cobra.Command {
	c := &choice{inputs: in}
	var output string
	var width int
	var options matrix.Options
	command := &cobra.Command{
		Use:   "matrix [-f FILE|FOLDER|-]...",
		Short: "Show which role holds which permission",
		Long:  matrixHelp,
		Example: named(name, `  # All roles of the only organization in a folder
  %[1]s matrix -f config/samples/staffing

  # Two roles side by side, in one section
  %[1]s matrix -f config/samples/staffing --role program-admin --role program-manager --section admin

  # For a spreadsheet, from the cluster
  %[1]s matrix -n staffing -o csv > roles.csv

  # To print, or to hand on
  %[1]s matrix -f config/samples/homehealth -o html > roles.html`),
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			var render func(*matrix.Matrix, io.Writer) error
			switch output {
			case "table":
				render = func(m *matrix.Matrix, w io.Writer) error { return m.Table(w, columns(w, width)) }
			case "csv":
				render = (*matrix.Matrix).CSV
			case "markdown":
				render = (*matrix.Matrix).Markdown
			case "json":
				render = (*matrix.Matrix).JSON
			case "html":
				render = (*matrix.Matrix).HTML
			default:
				return usagef("-o %s: write table, csv, markdown, html or json", output)
			}
			organization, err := c.resolve(command.Context(), time.Now())
			if err != nil {
				return err
			}
			m, err := matrix.New(organization.document, organization.world.Catalog, organization.texts(), options)
			if err != nil {
				return err
			}
			return render(m, in.Out)
		},
	}
	c.addFlags(command.Flags())
	command.Flags().StringVarP(&output, "output", "o", "table", "`FORMAT`: table, csv, markdown, html or json")
	command.Flags().StringSliceVar(&options.Roles, "role", nil, "show only this `ROLE`; may be given several times")
	command.Flags().StringSliceVar(&options.Sections, "section", nil, "show only this `SECTION`; may be given several times")
	command.Flags().IntVar(&width, "width", 0,
		"`COLUMNS` of characters for the table; by default those of the terminal, without limit elsewhere")
	return command
}

// columns is how wide a table may be.
func columns(out io.Writer, asked int) int {
	if asked > 0 {
		return asked
	}
	if file, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil {
			return width
		}
	}
	return 0
}
