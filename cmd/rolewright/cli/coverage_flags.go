// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/suite/report"
)

// coverageFlags say what is to be done with the coverage of suites.
type coverageFlags struct {
	table      bool
	html, json string
	min        float64
}

func (f *coverageFlags) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&f.table, "coverage", false, "print which rules, conditions, constraints and steps the cases exercised")
	flags.StringVar(&f.html, "coverage-html", "", "write that as a page to `FILE`")
	flags.StringVar(&f.json, "coverage-json", "", "write that as JSON to `FILE`")
	flags.Float64Var(&f.min, "coverage-min", 0, "fail if less than this many `PERCENT` of any organization were exercised")
}

func (f *coverageFlags) validate() error {
	const all = 100
	if f.min < 0 || f.min > all {
		return usagef("--coverage-min %v: write a number from 0 to 100", f.min)
	}
	return nil
}

// measure returns where coverage is counted; nil if nobody asks for it.
func (f *coverageFlags) measure() *suite.Coverage {
	if !f.table && f.html == "" && f.json == "" && f.min == 0 {
		return nil
	}
	return &suite.Coverage{}
}

// write writes the files.
func (f *coverageFlags) write(coverage *suite.Coverage) error {
	var text bytes.Buffer
	if f.html != "" {
		if err := report.CoverageHTML(&text, coverage); err != nil {
			return err
		}
		if err := writeFile(f.html, text.Bytes()); err != nil {
			return err
		}
	}
	if f.json == "" {
		return nil
	}
	text.Reset()
	if err := writeJSON(&text, report.NewJSONCoverage(coverage)); err != nil {
		return err
	}
	return writeFile(f.json, text.Bytes())
}

// enough reports whether as much was exercised of every organization as must be.
func (f *coverageFlags) enough(coverage *suite.Coverage, errOut io.Writer) bool {
	if coverage == nil {
		return true
	}
	enough := true
	for _, organization := range coverage.Organizations() {
		if percent := report.Percent(coverage.Items(organization)); percent < f.min {
			_, _ = fmt.Fprintf(errOut, "coverage of %s is %.1f%%, and must be %v%%\n", organization, percent, f.min)
			enough = false
		}
	}
	return enough
}
