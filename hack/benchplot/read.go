// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// point is what something costs with some users.
type point struct {
	users int
	cost  float64
}

// line is a line of the benchmark: the name of what is measured, the users, and values with their units.
var line = regexp.MustCompile(`^BenchmarkCost/(\w+)/users=(\d+)(?:-\d+)?\s+\d+\s+(.*)$`)

// units say in which unit each thing is measured.
var units = map[string]string{"check": "cpu-ns", "resolve": "cpu-ns", "change": "cpu-ns", "memory": "heap-B"}

// read reads what a run of the benchmark measured, by name, with few users first. Of several values of the same, the median counts.
func read(measured io.Reader) (map[string][]point, error) {
	values := map[string]map[int][]float64{}
	lines := bufio.NewScanner(measured)
	for lines.Scan() {
		found := line.FindStringSubmatch(lines.Text())
		if len(found) == 0 || units[found[1]] == "" {
			continue
		}
		users, err := strconv.Atoi(found[2])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		cost, err := valueIn(found[3], units[found[1]])
		if err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		if values[found[1]] == nil {
			values[found[1]] = map[int][]float64{}
		}
		values[found[1]][users] = append(values[found[1]][users], cost)
	}
	all := map[string][]point{}
	for name, byUsers := range values {
		for users, costs := range byUsers {
			slices.Sort(costs)
			all[name] = append(all[name], point{users, costs[len(costs)/2]})
		}
		slices.SortFunc(all[name], func(a, b point) int { return cmp.Compare(a.users, b.users) })
	}
	return all, lines.Err()
}

// valueIn returns the value in a unit.
func valueIn(text, unit string) (float64, error) {
	fields := strings.Fields(text)
	for i := 1; i < len(fields); i += 2 {
		if fields[i] == unit {
			value, err := strconv.ParseFloat(fields[i-1], 64)
			if err == nil && !(value > 0) {
				err = fmt.Errorf("%v %s is not greater than 0", value, unit)
			}
			return value, err
		}
	}
	return 0, fmt.Errorf("there is no value in %s", unit)
}
