// SPDX-License-Identifier: Apache-2.0

package view

import (
	"slices"
	"time"
)

// Sizes of a time line, in pixels.
const (
	lineWidth  = 720
	lineHeight = 26
	lineStart  = 4
)

// TimeLine shows when temporary roles are held.
type TimeLine struct {
	Width, Height, Now int
	From, Until        time.Time
	Bars               []Bar
}

// Bar is the time of one grant. Open is set at an end without bound.
type Bar struct {
	Grant              GrantRow
	X, Y, Width        int
	OpenStart, OpenEnd bool
	Past, Future       bool
}

// newTimeLine returns the time line of the grants that begin or end, nil if there are none.
func newTimeLine(grants []GrantRow, now time.Time) *TimeLine {
	bounded := slices.DeleteFunc(slices.Clone(grants), func(g GrantRow) bool { return g.StartTime == nil && g.EndTime == nil })
	if len(bounded) == 0 {
		return nil
	}
	from, until := now, now
	for _, grant := range bounded {
		for _, bound := range []*time.Time{grant.StartTime, grant.EndTime} {
			if bound != nil && bound.Before(from) {
				from = *bound
			}
			if bound != nil && bound.After(until) {
				until = *bound
			}
		}
	}
	// Some room on both sides shows what lies beyond.
	margin := max(until.Sub(from)/12, time.Hour)
	from, until = from.Add(-margin), until.Add(margin)
	at := func(t time.Time) int {
		return lineStart + int(float64(lineWidth-2*lineStart)*(float64(t.Sub(from))/float64(until.Sub(from))))
	}
	line := &TimeLine{Width: lineWidth, Height: len(bounded)*lineHeight + lineStart, Now: at(now), From: from, Until: until}
	for i, grant := range bounded {
		bar := Bar{Grant: grant, X: lineStart, Y: i * lineHeight, OpenStart: grant.StartTime == nil, OpenEnd: grant.EndTime == nil}
		end := lineWidth - lineStart
		if !bar.OpenStart {
			bar.X, bar.Future = at(*grant.StartTime), grant.StartTime.After(now)
		}
		if !bar.OpenEnd {
			end, bar.Past = at(*grant.EndTime), !grant.EndTime.After(now)
		}
		bar.Width = max(2, end-bar.X)
		line.Bars = append(line.Bars, bar)
	}
	return line
}
