// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options are what may be chosen about texts.
type Options struct {
	// Width is that of the lines in characters; 0 means unlimited.
	Width int
	// MostUsers is how many users are named of each effect, the others only counted; 0 means all.
	MostUsers int
	// Style colours what is gained and lost.
	Style terminal.Style
}

// Text writes differences for a terminal.
func Text(w io.Writer, differences []*change.Difference, options Options) error {
	t := &text{options: options}
	for i, d := range differences {
		if i > 0 {
			t.out.WriteByte('\n')
		}
		t.difference(d)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// text is written line by line.
type text struct {
	options Options
	out     strings.Builder
	// paint colours the lines that are written; nil if none.
	paint func(string) string
}

// Indents.
const (
	first  = "  "
	second = "    "
	third  = "        "
)

// signed writes a line that begins with the sign of what is gained, lost or changed, in the colour of the sign.
func (t *text) signed(indent, line string) {
	style := t.options.Style
	switch {
	case strings.HasPrefix(line, "+"):
		t.paint = style.Good
	case strings.HasPrefix(line, "-"):
		t.paint = style.Bad
	default:
		t.paint = style.Caution
	}
	t.write(indent, line)
	t.paint = nil
}

// write writes a line, broken between words so that it fits; what follows the first line is indented further.
func (t *text) write(indent, line string) {
	const more = "    "
	width, column := t.options.Width, len(indent)
	var current strings.Builder
	flush := func(indent string) {
		written := current.String()
		if t.paint != nil {
			written = t.paint(written)
		}
		t.out.WriteString(indent + written + "\n")
		current.Reset()
	}
	begin := indent
	for i, word := range strings.Split(line, " ") {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width > 0 && column+1+size > width:
			flush(begin)
			begin = indent + more
			column = len(begin)
		default:
			current.WriteByte(' ')
			column++
		}
		current.WriteString(word)
		column += size
	}
	flush(begin)
}

func (t *text) title(title string) { t.out.WriteString("\n" + title + "\n") }

func (t *text) difference(d *change.Difference) {
	t.write("", english.Printable(d.Namespace+"/"+d.Organization)+": "+summary(d))
	for i := range parts {
		effects := parts[i].of(d)
		if len(effects) > 0 {
			t.title(parts[i].title)
			t.blocks(&parts[i], blocks(effects))
		}
	}
	t.moved(d.Moved)
	t.types(d.Types)
	t.about(d.About)
	t.roles(d.Roles)
	t.findings("Constraints violated", &d.Violations)
	t.approvers(d)
	t.findings("Coverage of approvers", &d.Coverage)
	t.findings("Findings", &d.Findings)
}

func (t *text) blocks(p *part, all []block) {
	for i := range all {
		t.write(first, causes(all[i].because, english.Printable)+":")
		for j := range all[i].lines {
			t.line(p, &all[i].lines[j])
		}
	}
}

func (t *text) line(p *part, l *line) {
	what := p.signs[l.effect.Kind] + " " + list(l.effect.Permissions, english.Printable, ", ")
	what = strings.Join(nonEmpty(what, conditions(l.effect, english.Printable), limits(&l.effect.Where, english.Printable)), "; ")
	if len(l.at) > 1 {
		what += " (" + english.Count(l.users(), "user") + ")"
	}
	t.signed(second, what)
	for i := range l.at {
		t.write(third, places(l.at[i].where, english.Printable)+": "+t.users(&l.at[i]))
	}
}

// users names the users at a place, and where a single one has it from.
func (t *text) users(s *spot) string {
	ids := s.ids()
	names := some(ids, t.options.MostUsers, english.Printable)
	if len(ids) > 1 {
		return english.Count(len(ids), "user") + ": " + names
	}
	if len(s.users) == 1 && len(s.users[0].Sources) == 1 {
		names += " (" + english.Printable(s.users[0].Sources[0]) + ")"
	}
	return names
}

func (t *text) moved(moved []change.Moved) {
	if len(moved) == 0 {
		return
	}
	t.title(movedTitle)
	for _, m := range moved {
		t.write(first, movedType(m, english.Printable))
	}
}

func (t *text) types(changes []change.TypeChange) {
	if len(changes) == 0 {
		return
	}
	t.title(typesTitle)
	for i := range changes {
		t.write(first, typeChange(&changes[i], english.Printable))
	}
}

func (t *text) about(users []change.AboutUsers) {
	if len(users) == 0 {
		return
	}
	t.title(aboutTitle)
	for i := range users {
		t.write(first, aboutUsers(&users[i], english.Printable, t.options.MostUsers))
	}
}

func (t *text) roles(roles []change.RoleChange) {
	if len(roles) == 0 {
		return
	}
	t.title("Roles")
	for i := range roles {
		r := &roles[i]
		t.write(first, english.Printable(r.Role)+" "+strings.ToLower(r.What)+":")
		for _, c := range r.Cells {
			t.write(second, english.Printable(c.Permission)+": "+written(c.Before, english.Printable)+" -> "+written(c.After, english.Printable))
		}
		for _, rule := range r.Administration {
			t.write(second, "administration rule "+english.Printable(rule.Rule)+" "+strings.ToLower(rule.What))
		}
		if len(r.Inherits) > 0 {
			t.signed(second, "+ inherits "+list(r.Inherits, english.Printable, ", "))
		}
		if len(r.NoLongerInherits) > 0 {
			t.signed(second, "- inherits "+list(r.NoLongerInherits, english.Printable, ", "))
		}
	}
}

// written writes a cell of the matrix.
func written(alternatives []document.Alternative, name func(string) string) string {
	if len(alternatives) == 0 {
		return "no"
	}
	texts := make([]string, len(alternatives))
	for i := range alternatives {
		if texts[i] = document.Always; !alternatives[i].Unconditional() {
			texts[i] = name(alternatives[i].String())
		}
	}
	return strings.Join(texts, " or ")
}

func (t *text) findings(title string, c *change.FindingChanges) {
	if c.IsEmpty() {
		return
	}
	t.title(title)
	for _, f := range c.Began {
		t.write(first, "+ "+english.Printable(finding(f)))
	}
	for _, f := range c.Changed {
		t.write(first, "~ "+english.Printable(finding(f.After))+"; before: "+english.Printable(f.Before.Message))
	}
	for _, f := range c.Ended {
		t.write(first, "- "+english.Printable(finding(f)))
	}
}

func (t *text) approvers(d *change.Difference) {
	if len(d.Chains)+len(d.Approvers) == 0 {
		return
	}
	t.title("Who would decide requests")
	for _, c := range d.Chains {
		t.write(first, "chain "+english.Printable(c.Chain)+" "+strings.ToLower(c.What))
	}
	for i := range d.Approvers {
		a := &d.Approvers[i]
		t.write(first, approver(a, english.Printable, t.options.MostUsers))
	}
}

// approver writes who would decide otherwise.
func approver(a *change.ApproverChange, name func(string) string, most int) string {
	what := fmt.Sprintf("chain %s, step %s, ", name(a.Chain), name(a.Step))
	if len(a.Requesters) > 0 {
		what += "requests of " + some(a.Requesters, most, name)
	} else {
		what += places(&a.Where, name)
	}
	values := make([]string, 0, 2+len(a.Values))
	values = append(values, what)
	if a.Role != "" {
		values = append(values, "role "+name(a.Role))
	}
	for _, dimension := range sortedKeys(a.Values) {
		values = append(values, name(dimension)+" "+name(a.Values[dimension]))
	}
	what = strings.Join(values, ", ")
	var changes []string
	if len(a.Gained) > 0 {
		changes = append(changes, "+ "+some(a.Gained, most, name))
	}
	if len(a.Lost) > 0 {
		changes = append(changes, "- "+some(a.Lost, most, name))
	}
	what += ": " + strings.Join(changes, "; ")
	if !a.SomeLeft && len(a.Gained) == 0 {
		return what + " (nobody is left)"
	}
	return what
}
