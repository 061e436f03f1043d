// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// administration is what what-can --administer prints as JSON.
type administration struct {
	Rules []access.AdministrationRule `json:"rules"`
}

// listAdministration lists the administration rules that a user has at the moment.
func (o *whatCanOptions) listAdministration(ctx context.Context) error {
	q, err := o.query.prepare(ctx, authzen.SearchAction, argument(o.args, 0), "")
	if err != nil {
		return err
	}
	user := q.request.request.Subject.ID
	rules := q.index.AdministrationRules(user)
	if o.query.output.format == "json" {
		err = writeJSON(o.query.streams.Out, administration{rules})
	} else {
		_, err = io.WriteString(o.query.streams.Out, q.rulesText(rules, o.query.output.format == "wide"))
	}
	if err != nil {
		return err
	}
	if len(rules) == 0 {
		_, _ = io.WriteString(o.query.streams.ErrOut, q.whyNoRules(user))
	}
	return exitStatus(len(rules) > 0)
}

// whyNoRules says why a user administers nothing.
func (q *query) whyNoRules(id string) string {
	known := q.organization.document.Users
	switch user, is := known[id]; {
	case !is:
		return fmt.Sprintf("%q is not a user of the organization\n%s", id, didYouMean("user", id, slices.Sorted(maps.Keys(known))))
	case user.Suspended:
		return id + " administers nothing: they are suspended\n"
	}
	return id + " administers nothing: no role that they hold then has administrationRules\n"
}

// rulesText writes rules as text, a paragraph for each.
func (q *query) rulesText(rules []access.AdministrationRule, wide bool) string {
	paragraphs := make([]string, 0, len(rules))
	for i := range rules {
		paragraphs = append(paragraphs, q.ruleText(&rules[i], wide))
	}
	return strings.Join(paragraphs, "\n")
}

func (q *query) ruleText(rule *access.AdministrationRule, wide bool) string {
	var text strings.Builder
	line := func(name, value string) {
		text.WriteString(wrapped(fmt.Sprintf("  %-7s", name), value))
	}
	title := fmt.Sprintf("%s, of role %s", rule.Name, rule.Role)
	if rule.GrantedRole != rule.Role {
		title += ", which " + rule.GrantedRole + " inherits"
	}
	text.WriteString(wrapped("", title))
	for allowed := range strings.SplitSeq(rule.Rule.String(), "; ") {
		line("may", allowed)
	}
	if len(rule.Rule.UserActions)+len(rule.Rule.ProfileFields)+len(rule.Rule.ProfileAttributes) > 0 {
		line("users", q.ruleUsers(rule))
	}
	line("where", rule.Scope.String())
	if rule.Window.EndTime != nil {
		line("until", english.Time(*rule.Window.EndTime))
	}
	if wide && rule.Source != "" {
		line("by", rule.Source)
	}
	return text.String()
}

// ruleUsers says about which users a rule is.
func (q *query) ruleUsers(rule *access.AdministrationRule) string {
	switch {
	case len(rule.Rule.Qualifiers) == 0 && rule.Scope.Everywhere:
		return "all"
	case len(rule.Rule.Qualifiers) == 0:
		return "all with a home unit there"
	}
	conditions := make([]string, len(rule.Rule.Qualifiers))
	for i, name := range rule.Rule.Qualifiers {
		conditions[i] = name
		if qualifier, known := q.index.Qualifier(name); known && qualifier.Description != "" {
			conditions[i] += " (" + qualifier.Description + ")"
		}
	}
	return "if " + strings.Join(conditions, " and ")
}

// wrapped writes a text in lines of at most 80 columns, the first after a heading and the others below it. A longer word stays whole.
func wrapped(heading, text string) string {
	const width = 80
	var out strings.Builder
	out.WriteString(heading)
	column := len(heading)
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			indent := max(len(heading), 2)
			out.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	out.WriteByte('\n')
	return out.String()
}
