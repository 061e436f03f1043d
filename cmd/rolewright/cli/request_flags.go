// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// requestFlags describe an evaluation request.
type requestFlags struct {
	unit, resource                                 string
	resourceProperties, subjectProperties, context []string
	// file holds the whole request instead.
	file string
}

func (f *requestFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.unit, "unit", "", "`UNIT` of the resource; the root by default")
	flags.StringVar(&f.resource, "resource", "", "the resource, as `TYPE/ID`")
	flags.StringArrayVar(&f.resourceProperties, "property", nil,
		"property of the resource, as `NAME=VALUE` with a value in JSON or plain text; may be repeated")
	flags.StringArrayVar(&f.subjectProperties, "subject-property", nil, "property of the user, as `NAME=VALUE`; may be repeated")
	flags.StringArrayVar(&f.context, "request-context", nil, "property of the request's context, as `NAME=VALUE`; may be repeated")
	flags.StringVar(&f.file, "request", "", "`FILE` with the request in AuthZEN's JSON, or - for standard input")
}

// isSet reports whether a flag describes a part of a request.
func (f *requestFlags) isSet() bool {
	return f.unit != "" || f.resource != "" || len(f.resourceProperties)+len(f.subjectProperties)+len(f.context) > 0
}

// validate rejects arguments of a wrong number, which usage describes, and everything that would describe a part of a request
// that is read from a file.
func (f *requestFlags) validate(args []string, number int, usage string) error {
	switch {
	case f.file != "" && (len(args) > 0 || f.isSet()):
		return usagef("--request holds the whole request: leave out arguments and other flags that describe one")
	case f.file == "" && len(args) != number:
		return usagef("%s", usage)
	}
	return nil
}

// toRequest reads the request from its file, as the decision service does at an endpoint, or makes that of a user for a permission.
func (f *requestFlags) toRequest(endpoint authzen.Endpoint, user, permission string, stdin io.Reader) (*decodedRequest, error) {
	if f.file != "" {
		return f.read(endpoint, stdin)
	}
	r := &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
	}
	var err error
	if r.Subject.Properties, err = parseProperties("subject-property", f.subjectProperties); err != nil {
		return nil, err
	}
	if r.Context, err = parseProperties("request-context", f.context); err != nil {
		return nil, err
	}
	r.Resource, err = f.toResource()
	return &decodedRequest{request: r}, err
}

func (f *requestFlags) toResource() (access.Resource, error) {
	var r access.Resource
	if f.resource != "" {
		kind, id, ok := strings.Cut(f.resource, "/")
		if !ok || kind == "" || id == "" {
			return r, usagef("--resource %s: write TYPE/ID, for example order/17", f.resource)
		}
		r.Type, r.ID = kind, id
	}
	var err error
	if r.Properties, err = parseProperties("property", f.resourceProperties); err != nil {
		return r, err
	}
	if f.unit != "" {
		if _, twice := r.Properties[access.PropertyUnit]; twice {
			return r, usagef("--unit and --property unit=... mean the same: leave one out")
		}
		if r.Properties == nil {
			r.Properties = map[string]any{}
		}
		r.Properties[access.PropertyUnit] = f.unit
	}
	return r, nil
}

func (f *requestFlags) read(endpoint authzen.Endpoint, stdin io.Reader) (*decodedRequest, error) {
	var data []byte
	var err error
	if f.file == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(f.file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	r, err := decodeRequest(endpoint, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.file, err)
	}
	return r, nil
}

// parseProperties parses the values of a flag.
func parseProperties(flag string, list []string) (map[string]any, error) {
	values, err := authzen.ParseProperties(list)
	if err != nil {
		return nil, usagef("--%s %v", flag, err)
	}
	return values, nil
}
