// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// getter is a function that gets a part of a timestamp, and for some of a duration too.
type getter struct {
	ofTimestamp func(time.Time) int
	ofDuration  func(ref.Val) ref.Val
}

var getters = map[string]*getter{
	overloads.TimeGetFullYear:     {ofTimestamp: time.Time.Year},
	overloads.TimeGetMonth:        {ofTimestamp: func(t time.Time) int { return int(t.Month()) - 1 }},
	overloads.TimeGetDayOfYear:    {ofTimestamp: func(t time.Time) int { return t.YearDay() - 1 }},
	overloads.TimeGetDayOfMonth:   {ofTimestamp: func(t time.Time) int { return t.Day() - 1 }},
	overloads.TimeGetDate:         {ofTimestamp: time.Time.Day},
	overloads.TimeGetDayOfWeek:    {ofTimestamp: func(t time.Time) int { return int(t.Weekday()) }},
	overloads.TimeGetHours:        {time.Time.Hour, types.DurationGetHours},
	overloads.TimeGetMinutes:      {time.Time.Minute, types.DurationGetMinutes},
	overloads.TimeGetSeconds:      {time.Time.Second, types.DurationGetSeconds},
	overloads.TimeGetMilliseconds: {func(t time.Time) int { return t.Nanosecond() / int(time.Millisecond) }, types.DurationGetMilliseconds},
}

// ofDurations are the overloads of getters that take a duration.
var ofDurations = []string{
	overloads.DurationToHours, overloads.DurationToMinutes, overloads.DurationToSeconds, overloads.DurationToMilliseconds,
}

// call compiles the call of a getter, in UTC or in a time zone that is written; nil if the zone is not.
func (g *getter) call(overload string, arguments []*node, from eval) eval {
	location, ofTimestamp, ofDuration := time.UTC, g.ofTimestamp, g.ofDuration
	switch {
	case slices.Contains(ofDurations, overload):
		ofTimestamp = nil
	case overload != "":
		ofDuration = nil
	}
	if len(arguments) > 1 {
		zone := arguments[1].constant
		if zone == nil || zone.kind != text {
			return nil
		}
		var is bool
		if location, is = locationOf(zone.text); !is {
			return nil
		}
	}
	return strict(from, func(f *Frame, v value) value {
		switch {
		case v.kind == timestamp && ofTimestamp != nil:
			return integerOf(int64(ofTimestamp(v.time().In(location))))
		case v.kind == duration && ofDuration != nil:
			return f.ofCEL(ofDuration(v.celValue()))
		default:
			return failure
		}
	})
}

// locationOf returns the location that a time zone names, or an offset such as -02:30 says.
func locationOf(zone string) (location *time.Location, is bool) {
	hours, minutes, isOffset := strings.Cut(zone, ":")
	if !isOffset {
		location, err := time.LoadLocation(zone)
		return location, err == nil
	}
	h, err := strconv.Atoi(hours)
	if err != nil {
		return nil, false
	}
	m, err := strconv.Atoi(minutes)
	if err != nil {
		return nil, false
	}
	offset := h*60 + m
	if strings.HasPrefix(zone, "-") {
		offset = h*60 - m
	}
	return time.FixedZone("", int((time.Duration(offset) * time.Minute).Seconds())), true
}
