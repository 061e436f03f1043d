// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/matrix"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/terminal"
)

const matrixHelp = `Show which role of an organization holds which permission, after inheritance.

Rows are permissions in the order of the catalog. Columns are the roles of the organization and those that the platform
ships, by category and rank, a role right of those that it inherits, followed by the roles that are held over organizations; or
those of --role in the given order. A PlatformRole with the name of a Role is called PlatformRole/<name>. Conditions are shown
whether or not the organization meets them:

  table     ticks, and numbers that stand for conditions, with a legend below; 1|2+3 means: 1, or 2 and 3 together
  csv       section,permission,<role>... with a cell for each role: empty, yes, or alternatives joined by |, each the names of
            qualifiers, feature:<name> and entitlement:<name> joined by +
  markdown  a table for each section, with footnotes
  html      one page with footnotes, for screen and print, that needs no other file
  json      roles, and permissions with who holds them

With --platform, the roles are those that the platform gives over organizations. A matrix does not contain overrides for single users:
use can or explain.

Exit codes:
  0  the matrix is printed
  2  something could not be read, or the arguments are wrong`

// matrixOptions are the flags of matrix.
type matrixOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
	platform     platformFlags
	output       outputFlags
	at           timeFlags
	width        int
	filter       matrix.Options
}

func newMatrix(f *factory) *cobra.Command {
	o := &matrixOptions{
		streams: f.streams, input: f.input, output: newOutputFlags("table", "csv", "markdown", "html", "json"),
	}
	command := &cobra.Command{
		Use:   "matrix [-f FILE|FOLDER|-]...",
		Short: "Show which role holds which permission",
		Long:  matrixHelp,
		Example: f.examples(`  # All roles of the only organization in a folder
  %[1]s matrix -f config/samples/staffing

  # Two roles side by side, in one section
  %[1]s matrix -f config/samples/staffing --role program-admin --role program-manager --section admin

  # For a spreadsheet, from the cluster
  %[1]s matrix -n staffing -o csv > roles.csv

  # To print or to share
  %[1]s matrix -f config/samples/homehealth -o html > roles.html`),
		Args: noArguments,
		RunE: run(o),
	}
	flags := command.Flags()
	o.organization.addFlags(flags, organizationUsage)
	o.platform.addFlags(flags)
	o.output.addFlags(flags)
	flags.StringSliceVar(&o.filter.Roles, "role", nil, "show only this `ROLE`; may be repeated")
	flags.StringSliceVar(&o.filter.Sections, "section", nil, "show only this `SECTION`; may be repeated")
	o.at.addFlags(flags, "show with -o html what is found wrong at")
	flags.IntVar(&o.width, "width", 0,
		"number of `COLUMNS` of characters of the table; by default as many as the terminal has, elsewhere without limit")
	return command
}

// Complete implements options. The table is as wide as the terminal.
func (o *matrixOptions) Complete(*cobra.Command, []string) error {
	if err := o.at.complete(); err != nil {
		return err
	}
	if o.width <= 0 {
		o.width = terminal.Width(o.streams.Out)
	}
	return nil
}

// Validate implements options.
func (o *matrixOptions) Validate() error {
	return errors.Join(o.output.validate(), o.platform.validate(&o.organization))
}

// Run implements options.
func (o *matrixOptions) Run(ctx context.Context) error {
	organization, err := o.resolve(ctx)
	if err != nil {
		return err
	}
	world := &organization.world
	texts := matrix.TextsOf(organization.objects, world.Namespace, world.Name, organization.document.Catalog)
	m, err := matrix.New(organization.document, world.Catalog, texts, o.filter)
	if err != nil {
		return err
	}
	return o.print(m, organization, o.streams.Out)
}

// resolve resolves the organization, or the platform document: of that, it shows the roles that can be held there.
func (o *matrixOptions) resolve(ctx context.Context) (*resolvedOrganization, error) {
	if !o.platform.set {
		return o.organization.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
	}
	resolved, err := o.platform.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
	if err != nil || len(o.filter.Roles) > 0 {
		return resolved, err
	}
	if o.filter.Roles = heldOnPlatform(&resolved.world); len(o.filter.Roles) == 0 {
		return nil, fmt.Errorf("catalog %q has no PlatformRole that is assignable to the platform", resolved.world.Catalog.Name)
	}
	return resolved, nil
}

func (o *matrixOptions) print(m *matrix.Matrix, of *resolvedOrganization, out io.Writer) error {
	switch o.output.format {
	case "csv":
		return m.CSV(out)
	case "markdown":
		return m.Markdown(out)
	case "html":
		return m.HTML(out, o.about(of))
	case "json":
		return writeJSON(out, m.JSON())
	default:
		return m.Table(out, o.width)
	}
}

// mostFindings is how many findings stand below a matrix.
const mostFindings = 20

// about returns what a page says beside the table. The findings are those of the organization's roles, and of what the platform shares
// with it.
func (o *matrixOptions) about(of *resolvedOrganization) *matrix.About {
	about := &matrix.About{Time: o.at.time, Holders: of.resolution.Holders}
	for i := range of.objects.Organizations {
		written := &of.objects.Organizations[i]
		if written.Namespace == of.world.Namespace && written.Name == of.world.Name && written.Status.Publication != nil {
			about.Revision, about.PublishTime = written.Status.Publication.Revision, written.Status.Publication.PublishTime.Time
		}
	}
	findings, _ := of.resolution.At(o.at.time)
	for _, f := range findings {
		if f.Object.Kind != model.KindRole && f.Object.Kind != model.KindPlatformRole && f.Object.Kind != model.KindCatalog {
			continue
		}
		if len(about.Findings) == mostFindings {
			about.Omitted++
			continue
		}
		about.Findings = append(about.Findings, matrix.Finding{Severity: f.Severity.String(), Subject: f.Object.String(), Message: f.Message})
	}
	return about
}
