// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
)

// Clock is the clock of a manager in a test. A spec may set it ahead of the machine's; the timers that run do not notice that.
type Clock struct{ ahead atomic.Int64 }

// Now returns the time on the clock.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Advance sets the clock ahead until the spec is over.
func (c *Clock) Advance(d time.Duration) {
	ginkgo.GinkgoHelper()
	c.ahead.Add(int64(d))
	ginkgo.DeferCleanup(func() { c.ahead.Store(0) })
}
