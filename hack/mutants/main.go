// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

// options are the flags of the command.
type options struct {
	root       string
	packages   []string
	exclude    string
	count      int
	seed       uint64
	workers    int
	max        float64
	equivalent string
	report     string
	list       bool
	explained  bool
}

var (
	errTooManySurvive = errors.New("too many mutants survive: add tests, or explain those that make no difference")
	errRefuted        = errors.New("tests notice mutants that are said to make no difference: remove those explanations")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.StringVar(&opts.root, "C", ".", "root of the module to mutate")
	flags.StringVar(&opts.exclude, "exclude", "",
		"comma-separated packages, relative to the module, whose tests are not run; /... at the end stands for all below")
	flags.IntVar(&opts.count, "n", 300, "number of mutants to draw")
	flags.Uint64Var(&opts.seed, "seed", 1, "seed of the draw, and of tests with random input")
	flags.IntVar(&opts.workers, "workers", 1, "number of mutants to test at a time")
	flags.Float64Var(&opts.max, "max", 3, "percentage of mutants that may survive unexplained")
	flags.StringVar(&opts.equivalent, "equivalent", "", "YAML file of the mutants that make no difference")
	flags.StringVar(&opts.report, "report", "", "file to write the report to, beside standard output")
	flags.BoolVar(&opts.explained, "explained", false, "test those mutants alone that are explained, each by itself")
	flags.BoolVar(&opts.list, "list", false, "only print the mutants that would be drawn")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	opts.packages = flags.Args()
	if len(opts.packages) == 0 {
		return options{}, errors.New("no packages: name those to mutate, for example ./internal/resolve")
	}
	return opts, nil
}

// printer writes progress: a line that cannot be written is not worth an error.
type printer struct{ out io.Writer }

func (p printer) line(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format+"\n", args...) }

func run(ctx context.Context, args []string, out io.Writer) error {
	opts, err := parse(args)
	if err != nil {
		return err
	}
	explained, err := readEquivalents(opts.equivalent)
	if err != nil {
		return err
	}
	mod, err := loadModule(ctx, opts.root, opts.packages)
	if err != nil {
		return err
	}
	opts.root = mod.root
	found := mod.candidates()
	if old := stale(found, explained); len(old) > 0 {
		return fmt.Errorf("%s explains what is not in the code, so remove it there: %s", opts.equivalent, strings.Join(old, "; "))
	}
	if opts.explained {
		found = slices.DeleteFunc(found, func(m *mutant) bool { return explained[m.key] == "" })
		opts.count = len(found)
	}
	progress := printer{out}
	if opts.list {
		for _, m := range draw(found, opts.count, opts.seed) {
			progress.line("%s", m)
		}
		return nil
	}
	began := time.Now()
	tests, drawn, err := prepare(ctx, mod, found, opts, progress)
	if err != nil {
		return err
	}
	defer tests.remove()
	tests.runAll(ctx, drawn, opts.workers, progress)
	if err := ctx.Err(); err != nil {
		return err
	}
	rep := newReport(found, drawn, explained, tests.failing, opts, time.Since(began))
	if err := rep.writeTo(out, opts.report); err != nil {
		return err
	}
	return rep.verdict()
}
