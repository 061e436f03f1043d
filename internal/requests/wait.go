// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// PollInterval is how often an object is read while someone waits for the manager.
const PollInterval = 200 * time.Millisecond

// Await reads until a condition is true, and reports whether it became true before the timeout. The timeout bounds the wait, not the
// reads: one that a client's rate limiter delays past it is not an error.
func Await(ctx context.Context, timeout time.Duration, read func(context.Context) error, condition func() bool) (bool, error) {
	if timeout <= 0 {
		return false, nil
	}
	err := wait.PollUntilContextTimeout(ctx, PollInterval, timeout, true, func(context.Context) (bool, error) {
		if err := read(ctx); err != nil {
			return false, err
		}
		return condition(), nil
	})
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() == nil && wait.Interrupted(err):
		return false, nil
	}
	return false, fmt.Errorf("waiting for the manager: %w", err)
}
