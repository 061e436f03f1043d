// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// maxLine bounds the length of one request in a file of requests.
const maxLine = 16 << 20

// decideBatch decides the request on each line, and compares the decision with the expected one.
func (o *canOptions) decideBatch(ctx context.Context) error {
	lines := o.query.streams.In
	if o.requests != "-" {
		file, err := os.Open(o.requests)
		if err != nil {
			return fmt.Errorf("reading the requests: %w", err)
		}
		defer func() { _ = file.Close() }()
		lines = file
	}
	organization, err := o.query.organization.resolve(ctx, o.query.input, o.query.at.time, o.query.streams.ErrOut)
	if err != nil {
		return err
	}
	index, err := organization.index(&o.query.at)
	if err != nil {
		return err
	}
	return o.decideLines(index, lines)
}

func (o *canOptions) decideLines(index *engine.Index, from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	out := bufio.NewWriter(o.query.streams.Out)
	defer func() { _ = out.Flush() }()
	requests, expectations, failures := 0, 0, 0
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		requests++
		want, err := decodeLine(line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", o.requests, number, err)
		}
		explanation := want.request.explain(index, nil)
		if err := o.printDecision(out, &explanation); err != nil {
			return err
		}
		if want.decision == nil {
			continue
		}
		expectations++
		if problem := want.compare(&explanation); problem != "" {
			failures++
			_, _ = fmt.Fprintf(o.query.streams.ErrOut, "%s:%d: %s\n", o.requests, number, problem)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the requests: %w", err)
	}
	if requests == 0 {
		return fmt.Errorf("%s: there is no request: write one on each line", o.requests)
	}
	if expectations > 0 {
		_, _ = fmt.Fprintf(o.query.streams.ErrOut, "%d of %d decisions as expected\n", expectations-failures, expectations)
	}
	return exitStatus(failures == 0)
}

func (o *canOptions) printDecision(out io.Writer, e *access.Explanation) error {
	if o.query.output.format == "json" {
		return json.NewEncoder(out).Encode(newDecision(e))
	}
	_, err := fmt.Fprintln(out, yesNo(e.Decision))
	return err
}
