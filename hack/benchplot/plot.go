// SPDX-License-Identifier: Apache-2.0

package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

//go:embed plot.svg.tmpl
var text string

var drawing = template.Must(template.New("plot").Parse(text))

// The size of a panel's axes, in pixels.
const (
	width  = 360.0
	height = 190.0
)

// panels are what the plot shows, in the order of reading.
var panels = []struct {
	name, title string
	unit        scale
}{
	{"check", "A decision", durations},
	{"resolve", "Resolving from scratch", durations},
	{"change", "One user’s change, to the shards", durations},
	{"memory", "Live memory of an index", sizes},
}

// scale writes values in units that suit them, the greatest first.
type scale []struct {
	least float64
	name  string
}

var (
	durations = scale{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}}
	sizes     = scale{{1e6, "MB"}, {1e3, "KB"}, {1, "B"}}
)

// write writes a value with two digits that count.
func (s scale) write(value float64) string {
	unit := s[len(s)-1]
	for _, u := range s {
		if value >= u.least {
			unit = u
			break
		}
	}
	in := value / unit.least
	if in >= 10 {
		return fmt.Sprintf("%.0f %s", in, unit.name)
	}
	return fmt.Sprintf("%.2g %s", in, unit.name)
}

// plot is what the drawing shows.
type plot struct {
	Description string
	Panels      []panel
}

// panel is one curve with its axes.
type panel struct {
	Title         string
	Left, Top     float64
	Width, Height float64
	Columns, Rows []tick
	Curve         string
	Points        []mark
}

// tick is a line of the grid.
type tick struct {
	At    float64
	Label string
}

// mark is a point of the curve, with its value.
type mark struct {
	X, Y   float64
	Label  string
	Anchor string
}

// newPlot lays out what is measured.
func newPlot(all map[string][]point) (*plot, error) {
	p := &plot{}
	var said []string
	for i, shown := range panels {
		points := all[shown.name]
		if len(points) < 2 {
			return nil, fmt.Errorf("%s is measured with %d numbers of users; a curve needs 2", shown.name, len(points))
		}
		next := layOut(points, shown.unit)
		next.Title, next.Left, next.Top = shown.title, 70+float64(i%2)*470, 64+float64(i/2)*280
		p.Panels = append(p.Panels, next)
		first, last := points[0], points[len(points)-1]
		said = append(said, fmt.Sprintf("%s: %s with %s users, %s with %s.", shown.title, shown.unit.write(first.cost), count(first.users),
			shown.unit.write(last.cost), count(last.users)))
	}
	p.Description = strings.Join(said, " ")
	return p, nil
}

// layOut lays out a curve: both axes begin and end at powers of ten.
func layOut(points []point, unit scale) panel {
	least, most := points[0].cost, points[0].cost
	for _, at := range points {
		least, most = min(least, at.cost), max(most, at.cost)
	}
	x := axis(float64(points[0].users), float64(points[len(points)-1].users))
	y := axis(least, most)
	p := panel{Width: width, Height: height}
	for decade := x.from; decade <= x.until; decade++ {
		p.Columns = append(p.Columns, tick{x.at(math.Pow10(decade)) * width, count(int(math.Pow10(decade)))})
	}
	for decade := y.from; decade <= y.until; decade++ {
		p.Rows = append(p.Rows, tick{height - y.at(math.Pow10(decade))*height, unit.write(math.Pow10(decade))})
	}
	path := make([]string, 0, len(points))
	for i, at := range points {
		m := mark{X: rounded(x.at(float64(at.users)) * width), Y: rounded(height - y.at(at.cost)*height)}
		switch i {
		case 0:
			m.Label, m.Anchor = unit.write(at.cost), "start"
		case len(points) - 1:
			m.Label, m.Anchor = unit.write(at.cost), "end"
		}
		path = append(path, fmt.Sprintf("%v,%v", m.X, m.Y))
		p.Points = append(p.Points, m)
	}
	p.Curve = strings.Join(path, " ")
	return p
}

// decades is an axis from one power of ten to another.
type decades struct{ from, until int }

// axis returns the shortest axis for some values.
func axis(least, most float64) decades {
	d := decades{int(math.Floor(math.Log10(least))), int(math.Ceil(math.Log10(most)))}
	if d.until == d.from {
		d.until++
	}
	return d
}

// at returns how far along the axis a value lies, from 0 to 1.
func (d decades) at(value float64) float64 {
	return (math.Log10(value) - float64(d.from)) / float64(d.until-d.from)
}

func rounded(value float64) float64 { return math.Round(value*10) / 10 }

// count writes a number with commas.
func count(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", count(n/1000), n%1000)
}
