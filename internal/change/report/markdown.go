// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/english"
)

// Markdown writes differences for a comment on a pull request.
func Markdown(w io.Writer, differences []*change.Difference, options Options) error {
	m := &markdown{options: options}
	for _, d := range differences {
		m.difference(d)
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

type markdown struct {
	options Options
	out     strings.Builder
}

func (m *markdown) difference(d *change.Difference) {
	fmt.Fprintf(&m.out, "### %s: %s\n", code(d.Namespace+"/"+d.Organization), summary(d))
	for i := range parts {
		effects := parts[i].of(d)
		if len(effects) == 0 {
			continue
		}
		fmt.Fprintf(&m.out, "\n**%s**\n\n| permission | on which condition | where | who | because |\n|---|---|---|---|---|\n", parts[i].title)
		for _, b := range blocks(effects) {
			for j := range b.lines {
				m.line(causes(b.because, code), &b.lines[j])
			}
		}
	}
	m.rest(d)
	m.out.WriteByte('\n')
}

// line writes a row for each place.
func (m *markdown) line(because string, l *line) {
	for i := range l.at {
		ids := l.at[i].ids()
		users := some(ids, m.options.MostUsers, code)
		if len(ids) > 1 {
			users = english.Count(len(ids), "user") + ": " + users
		}
		where := strings.Join(nonEmpty(places(l.at[i].where, code), limits(&l.effect.Where, code)), "; ")
		m.row(list(l.effect.Permissions, code, ", "), conditions(l.effect, code), where, users, because)
	}
}

// row writes a row of a table. A bar would end a cell, even within code.
func (m *markdown) row(cells ...string) {
	for _, text := range cells {
		m.out.WriteString("| " + strings.ReplaceAll(text, "|", `\|`) + " ")
	}
	m.out.WriteString("|\n")
}

// rest writes what is not about users.
func (m *markdown) rest(d *change.Difference) {
	if len(d.Moved) > 0 {
		m.title(movedTitle)
		for _, moved := range d.Moved {
			fmt.Fprintf(&m.out, "- %s\n", movedType(moved, code))
		}
	}
	if len(d.Types) > 0 {
		m.title(typesTitle)
		for i := range d.Types {
			fmt.Fprintf(&m.out, "- %s\n", typeChange(&d.Types[i], code))
		}
	}
	if len(d.About) > 0 {
		m.title(aboutTitle)
		for i := range d.About {
			fmt.Fprintf(&m.out, "- %s\n", aboutUsers(&d.About[i], code, m.options.MostUsers))
		}
	}
	m.roles(d.Roles)
	m.findings("Constraints violated", &d.Violations)
	if len(d.Chains)+len(d.Approvers) > 0 {
		m.title("Who would decide requests")
		for _, c := range d.Chains {
			fmt.Fprintf(&m.out, "- chain %s %s\n", code(c.Chain), strings.ToLower(c.What))
		}
		for i := range d.Approvers {
			fmt.Fprintf(&m.out, "- %s\n", approver(&d.Approvers[i], code, m.options.MostUsers))
		}
	}
	m.findings("Coverage of approvers", &d.Coverage)
	m.findings("Findings", &d.Findings)
}

func (m *markdown) title(title string) { fmt.Fprintf(&m.out, "\n**%s**\n\n", title) }

func (m *markdown) roles(roles []change.RoleChange) {
	if len(roles) == 0 {
		return
	}
	m.title("Roles")
	m.out.WriteString("| role | permission | before | after |\n|---|---|---|---|\n")
	for i := range roles {
		r := &roles[i]
		for _, c := range r.Cells {
			m.row(code(r.Role), code(c.Permission), written(c.Before, code), written(c.After, code))
		}
		for _, rule := range r.Administration {
			m.row(code(r.Role), "administration rule "+code(rule.Rule), "", strings.ToLower(rule.What))
		}
		for _, parent := range r.Inherits {
			m.row(code(r.Role), "inherits "+code(parent), "no", "yes")
		}
		for _, parent := range r.NoLongerInherits {
			m.row(code(r.Role), "inherits "+code(parent), "yes", "no")
		}
		if len(r.Cells)+len(r.Administration)+len(r.Inherits)+len(r.NoLongerInherits) == 0 {
			m.row(code(r.Role), strings.ToLower(r.What), "", "")
		}
	}
}

func (m *markdown) findings(title string, c *change.FindingChanges) {
	if c.IsEmpty() {
		return
	}
	m.title(title)
	for _, f := range c.Began {
		fmt.Fprintf(&m.out, "- began: %s\n", escape(finding(f)))
	}
	for _, f := range c.Changed {
		fmt.Fprintf(&m.out, "- changed: %s; before: %s\n", escape(finding(f.After)), escape(f.Before.Message))
	}
	for _, f := range c.Ended {
		fmt.Fprintf(&m.out, "- ended: %s\n", escape(finding(f)))
	}
}

// code writes a name that people chose as code, in which nothing is Markdown or HTML: between more backquotes than it has in a row.
func code(name string) string {
	name = english.Printable(name)
	fence := "`"
	for strings.Contains(name, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		name = " " + name + " "
	}
	return fence + name + fence
}

var escaper = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "@", "&#64;", "#", `\#`)

// escape escapes text that would be interpreted as Markdown.
func escape(text string) string { return escaper.Replace(english.Printable(text)) }

func sortedKeys(values map[string]string) []string { return slices.Sorted(maps.Keys(values)) }
