// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/rolewright/rolewright/internal/english"
)

// warnings are those with which the API server answered.
type warnings struct{ lines []string }

// HandleWarningHeaderWithContext implements rest.WarningHandlerWithContext.
func (w *warnings) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	w.lines = append(w.lines, text)
}

// preview prints who would decide on the request, as the manager says in answer to a dry run.
func (o *requestOptions) preview(answered *warnings) error {
	if len(answered.lines) == 0 {
		return errors.New("the request would be accepted, and the manager does not say who would decide: " +
			"its webhook is turned off or does not answer")
	}
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, map[string][]string{"preview": answered.lines})
	}
	for _, line := range answered.lines {
		if _, err := fmt.Fprintln(o.streams.Out, english.Printable(line)); err != nil {
			return err
		}
	}
	return nil
}
