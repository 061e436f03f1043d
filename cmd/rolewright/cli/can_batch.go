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

// expectation is a line that states the expected decision. A line without the field request is itself a request.
type expectation struct {
	Request  json.RawMessage `json:"request"`
	Expected *bool           `json:"expected"`
	Fact     string          `json:"fact"`
}

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
	expectations, failures := 0, 0
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		request, want, err := decodeLine(line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", o.requests, number, err)
		}
		explanation := request.explain(index)
		if err := o.printDecision(out, &explanation); err != nil {
			return err
		}
		if want.Expected == nil {
			continue
		}
		expectations++
		if *want.Expected != explanation.Decision {
			failures++
			o.printFailure(number, &want, &explanation)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the requests: %w", err)
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

func (o *canOptions) printFailure(line int, want *expectation, e *access.Explanation) {
	text := fmt.Sprintf("%s:%d: expected %s, got %s: %s", o.requests, line, yesNo(*want.Expected), yesNo(e.Decision), e.Message)
	if want.Fact != "" {
		text += " (" + want.Fact + ")"
	}
	_, _ = fmt.Fprintln(o.query.streams.ErrOut, text)
}

func decodeLine(line []byte) (*decodedRequest, expectation, error) {
	var want expectation
	if err := json.Unmarshal(line, &want); err != nil {
		return nil, want, fmt.Errorf("this line is not a request: %w", err)
	}
	if want.Request != nil {
		line = want.Request
	}
	request, err := decodeRequest(line)
	return request, want, err
}
