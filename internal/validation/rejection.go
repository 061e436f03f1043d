// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/resolve"
)

// mostRejected is how many things an error names that the API server would reject.
const mostRejected = 5

// Rejection returns why the API server would reject some of the manifests, nil if it would take all of them.
func (in *Input) Rejection() error {
	var texts []string
	for i := range in.Rejected {
		if in.Rejected[i].Severity == resolve.Error {
			texts = append(texts, "  "+in.Rejected[i].String())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	if more := len(texts) - mostRejected; more > 0 {
		texts = append(texts[:mostRejected], fmt.Sprintf("  and %d more: run validate to see them", more))
	}
	return errors.New("the API server would reject the manifests:\n" + strings.Join(texts, "\n"))
}
