// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"
)

// TestUpToDate: a replica is not ready while a change waits for too long.
func TestUpToDate(t *testing.T) {
	now := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	for oldest, ready := range map[time.Time]bool{
		{}: true, now: true, now.Add(-maxLag): true, now.Add(-maxLag - time.Second): false,
	} {
		if err := upToDate(oldest, now); (err == nil) != ready {
			t.Errorf("with a change of %s: %v", oldest, err)
		}
	}
}
