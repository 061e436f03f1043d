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

// maxLine bounds one request of a batch.
const maxLine = 16 << 20

// expectation is a line of a batch that says what is expected. A line that is a request itself has no field request.
type expectation struct {
	Request  json.RawMessage `json:"request"`
	Expected *bool           `json:"expected"`
	Fact     string          `json:"fact"`
}

// batch decides a request on each line, and compares with what is expected. Only a line that holds no request ends it.
func (a *asking) batch(ctx context.Context, args []string, file string) error {
	if a.file != "" || a.described(args) {
		return usagef("--requests holds whole requests: leave out arguments and other flags that describe one")
	}
	if err := a.check(file); err != nil {
		return err
	}
	from := a.In
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("reading the requests: %w", err)
		}
		defer func() { _ = opened.Close() }()
		from = opened
	}
	index, _, err := a.index(ctx)
	if err != nil {
		return err
	}
	return a.decideAll(index, file, from)
}

func (a *asking) decideAll(index *engine.Index, file string, from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	out := bufio.NewWriter(a.Out)
	defer func() { _ = out.Flush() }()
	expected, wrong := 0, 0
	for number := 1; lines.Scan(); number++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		request, want, err := readLine(line)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", file, number, err)
		}
		explanation := request.explain(index)
		if err := a.printDecision(out, &explanation); err != nil {
			return err
		}
		if want.Expected == nil {
			continue
		}
		expected++
		if *want.Expected != explanation.Decision {
			wrong++
			_, _ = fmt.Fprintf(a.ErrOut, "%s:%d: expected %s, got %s: %s",
				file, number, yesNo(*want.Expected), yesNo(explanation.Decision), explanation.Message)
			if want.Fact != "" {
				_, _ = fmt.Fprintf(a.ErrOut, " (%s)", want.Fact)
			}
			_, _ = fmt.Fprintln(a.ErrOut)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the requests: %w", err)
	}
	if expected > 0 {
		_, _ = fmt.Fprintf(a.ErrOut, "%d of %d decisions as expected\n", expected-wrong, expected)
	}
	return exit(wrong == 0)
}

func (a *asking) printDecision(out io.Writer, explanation *access.Explanation) error {
	if a.output == "json" {
		return json.NewEncoder(out).Encode(decisionOf(explanation))
	}
	_, err := fmt.Fprintln(out, yesNo(explanation.Decision))
	return err
}

func readLine(line []byte) (*reading, expectation, error) {
	var want expectation
	if err := json.Unmarshal(line, &want); err != nil {
		return nil, want, fmt.Errorf("this line holds no request: %w", err)
	}
	if want.Request != nil {
		line = want.Request
	}
	request, err := decodeRequest(line)
	return request, want, err
}
