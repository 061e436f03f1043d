// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
)

// asks says in a few words what the row asks.
func (d *administration) asks() string {
	text := few(d.Who)
	if len(d.May) > 0 {
		text += " may " + d.May.String()
	} else {
		text += " may not " + d.MayNot.String()
	}
	if d.When != "" {
		text += " at " + d.When
	}
	return text
}

// run makes the change, and asks whether each user may.
func (d *administration) run(a *asked) {
	problems := len(a.runner.result.Problems)
	now := a.runner.moment(a.path+".when", d.When)
	key, edits := "may", d.May
	if len(edits) == 0 {
		key, edits = "mayNot", d.MayNot
	}
	actors := make([]user, 0, len(d.Who))
	for i, who := range d.Who {
		actors = append(actors, a.names.user(a.path+"."+at("who", d.Who, i), who))
	}
	objects := a.runner.change(a.of, a.path+"."+key, edits, a.names)
	if objects == nil || len(a.runner.result.Problems) > problems {
		return
	}
	after := authority.NewState(a.of.key, intake.ByOrganization(objects)[a.of.key])
	before := &authority.State{Members: a.of.members, Resolution: a.of.resolution}
	for i := range actors {
		verdict, err := authority.Judge(actors[i].ID, before, after, now.at)
		switch {
		case err != nil:
			a.runner.problem(a.path, "it cannot be judged: %v", err)
		case verdict.LeftToRBAC:
			a.runner.problem(a.path, "no role has administrationRules, so Kubernetes RBAC alone decides who changes the organization")
		case len(verdict.Acts) == 0:
			a.runner.problem(a.path+"."+key, "the change changes nothing that is judged, so anybody may make it: correct it")
		default:
			d.check(a, fmt.Sprintf("%s may %s%s", d.Who[i], edits, now.text()), key == "may", verdict)
		}
	}
}

// check compares a verdict with what is expected.
func (d *administration) check(a *asked, question string, may bool, verdict *authority.Verdict) {
	a.runner.options.Coverage.judged(a.of, verdict)
	acts := verdict.Refused()
	if verdict.Allowed() {
		acts = verdict.Acts
	}
	why := func() string {
		lines := make([]string, len(acts))
		for i := range acts {
			lines[i] = acts[i].String()
		}
		return strings.Join(lines, "\n")
	}
	a.check(question, yesNo(may), yesNo(verdict.Allowed()), why)
	if may != verdict.Allowed() {
		return
	}
	if d.Rule != "" && !slices.ContainsFunc(acts, func(act authority.Act) bool { return act.Rule != nil && act.Rule.Name == d.Rule }) {
		a.fail(Failure{question, "by rule " + d.Rule, "not by it", why()})
	}
	if !strings.Contains(why(), d.Says) {
		a.fail(Failure{question, fmt.Sprintf("a reason with %q", d.Says), "another", why()})
	}
}

// String says in a few words what edits do.
func (e edits) String() string {
	parts := make([]string, len(e))
	for i := range e {
		parts[i] = e[i].String()
	}
	return few(parts)
}

// String says in a few words what the edit does.
func (e *edit) String() string {
	switch {
	case e.Give != "":
		return "give " + e.Give + " to " + e.To + e.where()
	case e.Take != "":
		return "take " + e.Take + " from " + e.From
	case e.Allow != "":
		return "allow " + e.Allow + " to " + e.To + e.where()
	case e.Deny != "":
		return "deny " + e.Deny + " to " + e.To + e.where()
	case e.Profile != "":
		return "change the profile of " + e.Profile
	case e.Patch != "":
		return "patch " + e.Patch
	case e.Delete != "":
		return "delete " + e.Delete
	}
	for _, one := range [][2]string{{"add", e.Add}, {"suspend", e.Suspend}, {"reinstate", e.Reinstate}, {"remove", e.Remove}} {
		if one[1] != "" {
			return one[0] + " " + one[1]
		}
	}
	return "apply manifests"
}

func (e *edit) where() string {
	switch {
	case e.Everywhere:
		return " everywhere"
	case len(e.In)+len(e.Groups) > 0:
		return " in " + few(slices.Concat(e.In, e.Groups))
	}
	return ""
}
