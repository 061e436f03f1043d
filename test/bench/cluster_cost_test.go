// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cost is what something takes: time, and CPU time of this process, the API server and etcd, of which own is that of this process. Where
// others use the machine as well, CPU time says more.
type cost struct{ time, cpu, own time.Duration }

func (c *cost) add(other cost) {
	c.time += other.time
	c.cpu += other.cpu
	c.own += other.own
}

// of returns how many times the time and the CPU time of a floor something takes.
func (c cost) of(floor cost) struct{ time, cpu float64 } {
	return struct{ time, cpu float64 }{c.time.Seconds() / floor.time.Seconds(), c.cpu.Seconds() / floor.cpu.Seconds()}
}

// meter measures from when it is made.
type meter struct {
	began    time.Time
	cpu, own time.Duration
}

func newMeter() meter { return meter{time.Now(), cpuTimeOfAll(), cpuTime()} }

func (m meter) read() cost {
	return cost{time.Since(m.began), cpuTimeOfAll() - m.cpu, cpuTime() - m.own}
}

// clockTick is the unit of CPU time in /proc.
const clockTick = time.Second / 100

// cpuTimeOfAll returns the CPU time of this process and of its children that run.
func cpuTimeOfAll() time.Duration {
	all := cpuTime()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // It has ended.
		}
		// The second field is the name of the program, in parentheses, whatever is in it.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if fields[1] != strconv.Itoa(os.Getpid()) {
			continue
		}
		for _, field := range fields[11:13] {
			ticks, err := strconv.Atoi(field)
			if err != nil {
				panic(err)
			}
			all += time.Duration(ticks) * clockTick
		}
	}
	return all
}
