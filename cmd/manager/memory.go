// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr"
)

const (
	// heapShare is how much of its memory limit the process may use before it collects garbage more often. The rest is for what
	// the runtime does not count.
	heapShare = 0.9
	// limitRefresh is how often the limit is read: that of a container may be changed while it runs.
	limitRefresh = time.Minute
)

// limitMemory has the garbage collector work harder before the process reaches the limit, instead of being killed there: by default, it
// lets the heap double. The environment variable GOMEMLIMIT wins. Where there is no limit, none is set.
func limitMemory(ctx context.Context, limit memlimit.Provider, log logr.Logger) {
	_, err := memlimit.Set(memlimit.WithProvider(limit), memlimit.WithRatio(heapShare), memlimit.WithRefreshInterval(ctx, limitRefresh),
		memlimit.WithLogger(slog.New(logr.ToSlogHandler(log.V(1)))))
	if err != nil {
		log.Error(err, "The memory limit cannot be read, and the garbage collector does not know it")
	}
}
