// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/suite/report"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/internal/validation"
)

const testHelp = `Run test suites: YAML files with cases about an organization, and what is expected.

Each PATH is a suite, or a folder in which suites are looked for. A suite names the manifests that it tests, relative to itself;
-f tests other manifests, what kustomize renders for example. A name that a suite uses and that does not exist is an error, unless
the case is about it.

  text  a line for each suite, and each case that fails: what was expected, what was answered, and why
  json  the same for programs, with the cases that pass

Exit codes:
  0  all cases pass
  1  some case fails
  2  a suite could not be run, or the arguments are wrong`

// testOptions are the arguments and flags of test.
type testOptions struct {
	streams genericiooptions.IOStreams
	style   *terminal.Style
	input   *inputFlags
	output  outputFlags
	paths   []string
	run     string
	junit   string
	verbose bool

	coverage coverageFlags
	selected *regexp.Regexp
	// loaded are the manifests that were read, by their paths.
	loaded map[string]*validation.Input
}

func newTest(f *factory) *cobra.Command {
	o := &testOptions{
		streams: f.streams, style: f.style, input: f.input, output: newOutputFlags("text", "json"), loaded: map[string]*validation.Input{},
	}
	command := &cobra.Command{
		Use:   "test PATH...",
		Short: "Run test suites",
		Long:  testHelp,
		Example: f.examples(`  # All suites of a folder, with every case
  %[1]s test config/samples/quickstart -v

  # Some cases
  %[1]s test config/samples/quickstart --run 'decisions/.*loans'

  # Suites on what kustomize renders
  kustomize build overlays/production | %[1]s test tests/ -f -`),
		RunE: run(o),
	}
	flags := command.Flags()
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "print the cases that pass, too")
	flags.StringVar(&o.run, "run", "", "run only cases with a name that the regular expression `REGEXP` matches")
	flags.StringVar(&o.junit, "junit", "", "write the results as JUnit's XML to `FILE`")
	o.coverage.addFlags(flags)
	o.output.addFlags(flags)
	return command
}

// Complete implements options.
func (o *testOptions) Complete(_ *cobra.Command, args []string) error {
	o.paths = args
	if o.run == "" {
		return nil
	}
	var err error
	if o.selected, err = regexp.Compile(o.run); err != nil {
		return usagef("--run %s: %v", o.run, err)
	}
	return nil
}

// Validate implements options.
func (o *testOptions) Validate() error {
	switch {
	case len(o.paths) == 0:
		return usagef("name suites, or folders that contain some")
	case o.input.allNamespaces:
		return usagef("-A reads a cluster: suites are about manifests")
	case slices.Contains(o.paths, manifests.Stdin) && slices.Contains(o.input.filenames, manifests.Stdin):
		return usagef("standard input can only be read once: replace one - by the name of a file")
	}
	if err := o.coverage.validate(); err != nil {
		return err
	}
	return o.output.validate()
}

// Run implements options.
func (o *testOptions) Run(context.Context) error {
	suites, err := o.suites()
	if err != nil {
		return err
	}
	options := &suite.Options{Load: o.load, Manifests: o.input.filenames, Run: o.selected, Coverage: o.coverage.measure()}
	var results []*suite.Result
	cases := 0
	for i := range suites {
		result := suite.Run(&suites[i], options)
		results = append(results, result)
		cases += len(result.Cases)
		if o.output.format == "text" {
			if _, err := fmt.Fprint(o.streams.Out, report.Text(result, o.verbose, *o.style)); err != nil {
				return err
			}
		}
	}
	if err := o.write(results, options.Coverage); err != nil {
		return err
	}
	broken := slices.ContainsFunc(results, func(r *suite.Result) bool { return len(r.Problems) > 0 })
	switch {
	case broken:
		return errors.New("not every suite could be run")
	case cases == 0:
		return fmt.Errorf("--run %s: no case has such a name", o.run)
	}
	covered := o.coverage.enough(options.Coverage, o.streams.ErrOut)
	return exitStatus(covered && !slices.ContainsFunc(results, func(r *suite.Result) bool { return !r.Passed() }))
}

// write writes coverage, and the results that are not text.
func (o *testOptions) write(results []*suite.Result, coverage *suite.Coverage) error {
	if o.output.format == "json" {
		all := report.NewJSON(results)
		if coverage != nil {
			all.Coverage = report.NewJSONCoverage(coverage)
		}
		if err := writeJSON(o.streams.Out, all); err != nil {
			return err
		}
	} else if coverage != nil {
		if _, err := io.WriteString(o.streams.Out, report.CoverageText(coverage)); err != nil {
			return err
		}
	}
	if err := o.coverage.write(coverage); err != nil {
		return err
	}
	if o.junit == "" {
		return nil
	}
	var text bytes.Buffer
	if err := report.JUnit(&text, results); err != nil {
		return err
	}
	return writeFile(o.junit, text.Bytes())
}

func writeFile(name string, text []byte) error {
	const readable = 0o644
	return os.WriteFile(name, text, readable)
}

// suites reads the suites that are run.
func (o *testOptions) suites() ([]manifests.Suite, error) {
	read, err := o.reader().Read(o.paths...)
	if err != nil {
		return nil, err
	}
	var wrong []error
	for i := range read.Diagnostics {
		if d := &read.Diagnostics[i]; !d.Warning {
			wrong = append(wrong, fmt.Errorf("%s: %s", d.Position, d.Message))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if len(read.Suites) == 0 {
		return nil, fmt.Errorf("%s: there is no suite: one begins with apiVersion: %s/%s and kind: %s",
			strings.Join(o.paths, ", "), manifests.SuiteGroup, suite.Version, suite.Kind)
	}
	return read.Suites, nil
}

func (o *testOptions) reader() *manifests.Reader {
	return o.input.reader(cmp.Or(*o.input.cluster.Namespace, "default"))
}

// load reads manifests once, however many suites are about them.
func (o *testOptions) load(paths ...string) (*validation.Input, error) {
	key := strings.Join(paths, "\x00")
	if known, is := o.loaded[key]; is {
		return known, nil
	}
	input, err := validation.Load(o.reader(), paths...)
	if err == nil {
		o.loaded[key] = input
	}
	return input, err
}
