// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/rolewright/rolewright/internal/suite"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Error   *junitMessage `xml:"error,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes results as JUnit's XML. Each problem of a suite is a case with an error.
func JUnit(out io.Writer, results []*suite.Result) error {
	all := junitSuites{}
	for _, r := range results {
		one := newJUnitSuite(r)
		all.Tests += one.Tests
		all.Failures += one.Failures
		all.Errors += one.Errors
		all.Suites = append(all.Suites, one)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func newJUnitSuite(r *suite.Result) junitSuite {
	file := r.Position.File
	one := junitSuite{Name: file, Tests: len(r.Cases) + len(r.Problems), Failures: r.Failed(), Errors: len(r.Problems)}
	for _, p := range r.Problems {
		name := "suite"
		if p.Field != "" {
			name = p.Field
		}
		one.Cases = append(one.Cases, junitCase{
			Class: file, Name: name, File: file, Line: p.Position.Line, Error: &junitMessage{p.Message, p.String()},
		})
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		shown := junitCase{Class: file, Name: c.Name, File: file, Line: c.Position.Line}
		if len(c.Failures) > 0 {
			var text strings.Builder
			for j := range c.Failures {
				text.WriteString(lines(&c.Failures[j]))
			}
			first, _, _ := strings.Cut(text.String(), "\n")
			shown.Failure = &junitMessage{first, text.String()}
		}
		one.Cases = append(one.Cases, shown)
	}
	return one
}
