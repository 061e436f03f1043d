// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Evaluate evaluates an expression for a request, with what the directory knows. An error means that it cannot be.
func (r *Reader) Evaluate(request *access.Request, expression string, now time.Time) (bool, error) {
	e := &evaluator{Reader: r, request: request, now: now}
	return e.evaluate(expression)
}
