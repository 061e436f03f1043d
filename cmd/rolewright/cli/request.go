// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// question is the flags and arguments that make a request.
type question struct {
	moment

	unit, resource             string
	properties, subject, extra []string
	file                       string
}

func (q *question) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&q.unit, "unit", "", "`UNIT` that the resource lies in; without it, the root")
	flags.StringVar(&q.resource, "resource", "", "what it is to be done to, as `TYPE/ID`")
	flags.StringArrayVar(&q.properties, "property", nil,
		"property of the resource, as `NAME=VALUE`; the value is JSON, or else text; may be given several times")
	flags.StringArrayVar(&q.subject, "subject-property", nil, "property of the user, as `NAME=VALUE`")
	flags.StringArrayVar(&q.extra, "request-context", nil, "fact about the request itself, as `NAME=VALUE`")
	q.addFlag(flags, "`TIME` to decide for, as 2006-01-02 or 2006-01-02T15:04:05Z; now by default")
	flags.StringVar(&q.file, "request", "", "`FILE` with the request as JSON, in the shape of AuthZEN, or - for standard input")
}

// request makes the request out of a user, a permission and flags, or reads it.
func (q *question) request(args []string, stdin io.Reader) (*reading, error) {
	if q.file != "" {
		return q.readOnly(args, stdin)
	}
	if len(args) != 2 {
		return nil, usagef("name a user and a permission, for example: lena@library.example loans.create")
	}
	return q.about(args[0], args[1])
}

// readOnly reads the request where nothing else describes one.
func (q *question) readOnly(args []string, stdin io.Reader) (*reading, error) {
	if q.described(args) {
		return nil, usagef("--request holds the whole request: leave out arguments and other flags that describe one")
	}
	return q.read(stdin)
}

// about makes the request of a user for a permission.
func (q *question) about(user, permission string) (*reading, error) {
	r := &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
	}
	var err error
	if r.Subject.Properties, err = pairs("subject-property", q.subject); err != nil {
		return nil, err
	}
	if r.Context, err = pairs("request-context", q.extra); err != nil {
		return nil, err
	}
	if err := q.describe(&r.Resource); err != nil {
		return nil, err
	}
	return &reading{request: r}, nil
}

// described says whether arguments or flags describe a request.
func (q *question) described(args []string) bool {
	return len(args) > 0 || q.unit != "" || q.resource != "" || len(q.properties)+len(q.subject)+len(q.extra) > 0
}

// describe fills in the resource.
func (q *question) describe(r *access.Resource) error {
	if q.resource != "" {
		kind, id, ok := strings.Cut(q.resource, "/")
		if !ok || kind == "" || id == "" {
			return usagef("--resource %s: write TYPE/ID, for example order/17", q.resource)
		}
		r.Type, r.ID = kind, id
	}
	var err error
	if r.Properties, err = pairs("property", q.properties); err != nil {
		return err
	}
	if q.unit != "" {
		if _, twice := r.Properties[access.PropertyUnit]; twice {
			return usagef("--unit and --property unit=... say the same thing: leave one out")
		}
		if r.Properties == nil {
			r.Properties = map[string]any{}
		}
		r.Properties[access.PropertyUnit] = q.unit
	}
	return nil
}

func (q *question) read(stdin io.Reader) (*reading, error) {
	var data []byte
	var err error
	if q.file == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(q.file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the request: %w", err)
	}
	r, err := decodeRequest(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.file, err)
	}
	return r, nil
}

// pairs reads NAME=VALUE. A value that is JSON is that value; any other is text.
func pairs(flag string, list []string) (map[string]any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	values := make(map[string]any, len(list))
	for _, pair := range list {
		name, text, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef("--%s %s: write NAME=VALUE", flag, pair)
		}
		if _, twice := values[name]; twice {
			return nil, usagef("--%s %s is given twice: for a list, write %s='[\"a\", \"b\"]'", flag, name, name)
		}
		values[name] = value(text)
	}
	return values, nil
}

func value(text string) any {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return text
	}
	return v
}
