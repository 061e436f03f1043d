// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strings"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Sheet is a difference in plain texts, for a page that lays them out.
type Sheet struct {
	// Summary says how many users gain and lose.
	Summary string
	Tables  []SheetTable
	Lists   []SheetList
}

// SheetTable is what users gain, lose, or may do either.
type SheetTable struct {
	Title string
	Rows  []SheetRow
}

// SheetRow is one effect at one place.
type SheetRow struct {
	// Sign is +, - or ~.
	Sign        string
	Permissions []string
	// Condition, Where and Because are phrases; an empty Condition is none.
	Condition, Where, Because string
	Users                     []string
}

// SheetList is what else differs.
type SheetList struct {
	Title string
	Lines []string
}

// NewSheet returns a difference in plain texts. Names in it are printable, and nothing is escaped.
func NewSheet(d *change.Difference) *Sheet {
	s := &Sheet{Summary: summary(d)}
	for i := range parts {
		table := SheetTable{Title: parts[i].title}
		for _, b := range blocks(parts[i].of(d)) {
			for j := range b.lines {
				table.add(&parts[i], &b.lines[j], causes(b.because, english.Printable))
			}
		}
		if len(table.Rows) > 0 {
			s.Tables = append(s.Tables, table)
		}
	}
	s.addLists(d)
	return s
}

// add adds a row for each place.
func (t *SheetTable) add(p *part, l *line, because string) {
	for i := range l.at {
		where := nonEmpty(places(l.at[i].where, english.Printable), limits(&l.effect.Where, english.Printable))
		t.Rows = append(t.Rows, SheetRow{
			Sign: p.signs[l.effect.Kind], Permissions: l.effect.Permissions, Condition: conditions(l.effect, english.Printable),
			Where: strings.Join(where, "; "), Because: because, Users: l.at[i].ids(),
		})
	}
}

// addLists adds what is not about users.
func (s *Sheet) addLists(d *change.Difference) {
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			s.Lists = append(s.Lists, SheetList{Title: title, Lines: lines})
		}
	}
	roles := make([]string, 0, len(d.Roles))
	deciders := make([]string, 0, len(d.Chains)+len(d.Approvers))
	moved := make([]string, len(d.Moved))
	for i, m := range d.Moved {
		moved[i] = movedType(m, english.Printable)
	}
	types := make([]string, len(d.Types))
	for i := range d.Types {
		types[i] = typeChange(&d.Types[i], english.Printable)
	}
	about := make([]string, len(d.About))
	for i := range d.About {
		about[i] = aboutUsers(&d.About[i], english.Printable, mostOfLine)
	}
	for i := range d.Roles {
		roles = append(roles, roleLines(&d.Roles[i])...)
	}
	for _, c := range d.Chains {
		deciders = append(deciders, "chain "+english.Printable(c.Chain)+" "+strings.ToLower(c.What))
	}
	for i := range d.Approvers {
		deciders = append(deciders, approver(&d.Approvers[i], english.Printable, mostOfLine))
	}
	add(movedTitle, moved)
	add(typesTitle, types)
	add(aboutTitle, about)
	add("Roles", roles)
	add("Constraints violated", findingLines(&d.Violations))
	add("Who would decide requests", deciders)
	add("Coverage of approvers", findingLines(&d.Coverage))
	add("Findings", findingLines(&d.Findings))
}

// mostOfLine is how many users a line of a sheet names.
const mostOfLine = 10

// roleLines says what a role holds otherwise.
func roleLines(r *change.RoleChange) []string {
	role := english.Printable(r.Role)
	var lines []string
	for _, c := range r.Cells {
		before, after := written(c.Before, english.Printable), written(c.After, english.Printable)
		lines = append(lines, role+", "+english.Printable(c.Permission)+": "+before+" → "+after)
	}
	for _, rule := range r.Administration {
		lines = append(lines, role+", administration rule "+english.Printable(rule.Rule)+" "+strings.ToLower(rule.What))
	}
	for _, parent := range r.Inherits {
		lines = append(lines, role+" inherits "+english.Printable(parent))
	}
	for _, parent := range r.NoLongerInherits {
		lines = append(lines, role+" no longer inherits "+english.Printable(parent))
	}
	if len(lines) == 0 {
		lines = append(lines, role+" "+strings.ToLower(r.What))
	}
	return lines
}

// findingLines says what began, changed and ended to be found.
func findingLines(c *change.FindingChanges) []string {
	var lines []string
	add := func(what string, found []resolve.Finding) {
		for _, f := range found {
			lines = append(lines, what+": "+english.Printable(finding(f)))
		}
	}
	add("began", c.Began)
	for _, f := range c.Changed {
		lines = append(lines, "changed: "+english.Printable(finding(f.After))+"; before: "+english.Printable(f.Before.Message))
	}
	add("ended", c.Ended)
	return lines
}
