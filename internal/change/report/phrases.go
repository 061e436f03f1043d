// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/resolve"
)

// part is one part of a report: effects of some kinds.
type part struct {
	title string
	// sign is written before permissions.
	signs map[change.Kind]string
}

// parts are in the order in which a reviewer reads them.
var parts = []part{
	{"Gained", map[change.Kind]string{change.Gained: "+", change.Widened: "+"}},
	{"Gained or lost, as conditions turn out", map[change.Kind]string{change.Altered: "~"}},
	{"Lost", map[change.Kind]string{change.Lost: "-", change.Narrowed: "-"}},
}

// of returns the effects of a part.
func (p *part) of(d *change.Difference) []*change.Effect {
	var effects []*change.Effect
	for i := range d.Effects {
		if _, is := p.signs[d.Effects[i].Kind]; is {
			effects = append(effects, &d.Effects[i])
		}
	}
	return effects
}

// summary says how many users gain and lose.
func summary(d *change.Difference) string {
	gain, lose, either := count(d)
	var phrases []string
	for _, counted := range []struct {
		users int
		verb  string
	}{{gain, "gain"}, {lose, "lose"}, {either, "may do either"}} {
		verb := counted.verb
		if counted.users == 1 {
			verb = strings.Replace(verb, "gain", "gains", 1)
			verb = strings.Replace(verb, "lose", "loses", 1)
		}
		if counted.users > 0 {
			phrases = append(phrases, english.Count(counted.users, "user")+" "+verb)
		}
	}
	switch {
	case d.IsEmpty():
		return "nothing differs"
	case len(phrases) == 0:
		return "nobody gains or loses anything"
	}
	return strings.Join(phrases, ", ")
}

// count counts the users who gain something, who lose something, and those who may do either, as conditions turn out.
func count(d *change.Difference) (gain, lose, either int) {
	users := map[string]int{}
	const gains, loses, may = 1, 2, 4
	for i := range d.Effects {
		e := &d.Effects[i]
		bit := may
		switch {
		case !e.Kind.Loses():
			bit = gains
		case !e.Kind.Gains():
			bit = loses
		}
		for _, user := range e.Users {
			users[user.ID] |= bit
		}
	}
	for _, bits := range users {
		gain += bits & gains
		lose += bits & loses / loses
		either += bits & may / may
	}
	return gain, lose, either
}

// causes says what changed.
func causes(because []change.Cause, name func(string) string) string {
	phrases := make([]string, 0, len(because))
	for _, c := range because {
		phrases = append(phrases, cause(c, name))
	}
	if len(phrases) == 0 {
		return "other changes"
	}
	return strings.Join(phrases, ", ")
}

func cause(c change.Cause, name func(string) string) string {
	phrase := causeWithoutReason(c, name)
	if c.Reason != "" {
		phrase += " (" + c.Reason + ")"
	}
	return phrase
}

// happened says what happened to a grant or an override.
var happened = map[string]string{
	change.Added: "added", change.Removed: "removed", change.Changed: "changed", change.Stopped: "counts for nothing any more",
	change.Resumed: "counts now",
}

func causeWithoutReason(c change.Cause, name func(string) string) string {
	switch c.Kind {
	case change.CauseUser:
		return "user " + happened[c.What]
	case change.CauseSuspension:
		if c.What == change.Added {
			return "suspended"
		}
		return "no longer suspended"
	case change.CauseGrant:
		if c.Name == "" {
			return "own grant of " + name(c.Role) + " " + happened[c.What]
		}
		return "grant of " + name(c.Role) + " in " + name(c.Name) + " " + happened[c.What]
	case change.CauseOverride:
		return "own override " + happened[c.What]
	case change.CauseProfile:
		return "profile changed"
	case change.CauseManagers:
		return "line of managers changed"
	case change.CauseAttributes:
		return "attributes of units changed"
	}
	return noun(c.Kind) + " " + name(c.Name) + " " + happened[c.What]
}

// noun returns the word for a kind of cause.
func noun(kind string) string {
	if kind == change.CauseUnitGroup {
		return "group of units"
	}
	return strings.ToLower(kind)
}

// condition writes a condition that follows a permission; empty if there is none.
func condition(c *change.Condition, name func(string) string) string {
	if c == nil {
		return ""
	}
	var phrases []string
	if len(c.Alternatives) > 0 {
		alternatives := make([]string, len(c.Alternatives))
		for i, names := range c.Alternatives {
			alternatives[i] = list(names, name, " and ")
		}
		phrases = append(phrases, "if "+strings.Join(alternatives, ", or if "))
	}
	if len(c.Unless) > 0 {
		phrases = append(phrases, "unless "+list(c.Unless, name, " or "))
	}
	return strings.Join(phrases, ", ")
}

// conditions writes what becomes of the condition of an effect.
func conditions(e *change.Effect, name func(string) string) string {
	orAlways := func(c *change.Condition) string {
		if text := condition(c, name); text != "" {
			return text
		}
		return "always"
	}
	switch e.Kind {
	case change.Gained:
		return condition(e.After, name)
	case change.Lost:
		return condition(e.Before, name)
	default:
	}
	was, is := orAlways(e.Before), orAlways(e.After)
	if was == is {
		return is + ", which depends on what changed"
	}
	return is + "; before: " + was
}

// nonEmpty returns those of some texts that are not empty.
func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// places says in which units.
func places(w *change.Where, name func(string) string) string {
	var phrases []string
	switch {
	case w.Everywhere:
		phrases = append(phrases, "everywhere")
	case len(w.Units) > 0:
		phrases = append(phrases, "in "+list(w.Units, name, ", "))
	}
	if len(w.Only) > 0 {
		phrases = append(phrases, "in "+list(w.Only, name, ", ")+", but not below")
	}
	for _, r := range w.Resources {
		phrases = append(phrases, "about "+name(r.Type+" "+r.ID)+" itself")
	}
	if w.NoUnit {
		phrases = append(phrases, "where no unit is named")
	}
	return strings.Join(phrases, "; ")
}

// limits says for which values, and when.
func limits(w *change.Where, name func(string) string) string {
	var phrases []string
	for _, v := range w.Values {
		values := slices.Clone(v.Values)
		for i := range values {
			values[i] = name(values[i])
		}
		if v.None {
			values = append(values, "none")
		}
		if v.Other {
			values = append(values, "any other")
		}
		phrases = append(phrases, name(v.Dimension)+" "+strings.Join(values, ", "))
	}
	if window := w.Window.String(); window != "" {
		phrases = append(phrases, window)
	}
	return strings.Join(phrases, "; ")
}

// list joins names.
func list(names []string, name func(string) string, separator string) string {
	written := make([]string, len(names))
	for i := range names {
		written[i] = name(names[i])
	}
	return strings.Join(written, separator)
}

// some joins names, but lists no more than a maximum of them, unless it is 0.
func some(names []string, most int, name func(string) string) string {
	if most == 0 || len(names) <= most {
		return list(names, name, ", ")
	}
	return fmt.Sprintf("%s and %d more", list(names[:most], name, ", "), len(names)-most)
}

// finding writes a finding on one line.
func finding(f resolve.Finding) string {
	subject := f.Object.String()
	if f.Field != "" {
		subject += " " + f.Field
	}
	return fmt.Sprintf("%s: %s: %s (%s)", strings.ToLower(f.Severity.String()), subject, f.Message, f.Reason)
}

// movedTitle is above the types that are kinds of units in one of the states only.
const movedTitle = "Requests that may be decided elsewhere, for every user"

// typesTitle is above the types of subjects and resources that differ.
const typesTitle = "Requests that are decided otherwise because of a type, for every user"

func typeChange(c *change.TypeChange, name func(string) string) string {
	types := func(list []string) string {
		if len(list) == 0 {
			return "all types"
		}
		named := make([]string, len(list))
		for i, one := range list {
			named[i] = name(one)
		}
		return strings.Join(named, ", ")
	}
	if c.Permission == "" {
		return "subjects are users if they are of type " + types(c.After) + "; before: " + types(c.Before)
	}
	return name(c.Permission) + " is about resources of " + types(c.After) + "; before: " + types(c.Before)
}

func movedType(m change.Moved, name func(string) string) string {
	if m.Kind {
		return "of type " + name(m.Type) + ", which is a kind of units now"
	}
	return "of type " + name(m.Type) + ", which is no kind of units any more"
}

// aboutTitle is above the users about whom requests may be decided otherwise.
const aboutTitle = "Requests about users that may be decided otherwise, for every user"

// aboutUsers writes what differs about users whom requests are about.
func aboutUsers(a *change.AboutUsers, name func(string) string, most int) string {
	home := func(h change.Home) string {
		switch {
		case h.Unknown:
			return "unknown"
		case h.Unit == "":
			return "none"
		}
		return name(h.Unit)
	}
	var differs []string
	switch {
	case a.What == change.Added:
		differs = append(differs, "new; home unit "+home(a.After))
	case a.What == change.Removed:
		differs = append(differs, "no user any more")
	case a.Before != a.After:
		differs = append(differs, "home unit "+home(a.After)+"; before: "+home(a.Before))
	}
	if len(a.Attributes) > 0 {
		differs = append(differs, "other "+list(a.Attributes, name, ", "))
	}
	who := some(a.Users, most, name)
	if len(a.Users) > 1 {
		who = english.Count(len(a.Users), "user") + " (" + who + ")"
	}
	return who + ": " + strings.Join(differs, "; ")
}
