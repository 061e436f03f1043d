// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// askedFor is a role that a request asks for, for the person who is a user by their assignment now.
func askedFor(w *model.World, name, user, wanted string) model.RequestedGrant {
	asked := model.RequestedGrant{Object: object(model.KindRequest, name), User: user, Role: role(wanted), Scope: &model.Scope{Everywhere: true}}
	for i := range w.Assignments {
		if w.Assignments[i].User == user {
			asked.Records = append(asked.Records, model.UserRecord{Kind: model.KindAssignment, Origin: w.Assignments[i].Origin})
		}
	}
	return asked
}

// firstMessage returns the message of the first of some findings; empty if there is none.
func firstMessage(findings []resolve.Finding) string {
	if len(findings) == 0 {
		return ""
	}
	return findings[0].Message
}

// TestGrantsBesideOthers: a role that is asked for is checked beside those that requests have given, before the resolution and since,
// to the same user and to others.
func TestGrantsBesideOthers(t *testing.T) {
	type given struct{ user, role string }
	for name, c := range map[string]struct {
		constraint    model.Constraint
		before, since []given
		asked         given
		refusal       string
	}{
		"nothing else":                     {apart(false, "payer", "closer"), nil, nil, given{"cem", "payer"}, ""},
		"what was given before":            {apart(false, "payer", "closer"), []given{{"cem", "closer"}}, nil, given{"cem", "payer"}, "cem"},
		"what was given since":             {apart(false, "payer", "closer"), nil, []given{{"cem", "closer"}}, given{"cem", "payer"}, "cem"},
		"before, and something else since": {apart(false, "payer", "closer"), []given{{"cem", "closer"}}, []given{{"cem", "buyer"}}, given{"cem", "payer"}, "cem"},
		"the first of two since":           {apart(false, "payer", "closer"), nil, []given{{"cem", "closer"}, {"cem", "buyer"}}, given{"cem", "payer"}, "cem"},
		"what another was given":           {apart(false, "payer", "closer"), []given{{"dia", "closer"}}, []given{{"dia", "closer"}}, given{"cem", "payer"}, ""},
		"as many holders as may be":        {limited("payer", 2), nil, nil, given{"cem", "payer"}, ""},
		"one holder more, before":          {limited("payer", 2), []given{{"dia", "payer"}}, nil, given{"cem", "payer"}, "holder number 3"},
		"one holder more, since":           {limited("payer", 2), nil, []given{{"dia", "payer"}}, given{"cem", "payer"}, "holder number 3"},
		"a holder who is counted once":     {limited("payer", 2), []given{{"cem", "payer"}}, []given{{"cem", "payer"}}, given{"cem", "payer"}, ""},
		"someone who is no user":           {limited("payer", 9), nil, nil, given{"zoe", "payer"}, `"zoe" would not hold it`},
		"holders who are no users":         {limited("payer", 2), nil, []given{{"zoe", "payer"}}, given{"cem", "payer"}, ""},
	} {
		w := shop()
		w.Assignments = append(w.Assignments, holding("cem", 5), holding("dia", 5))
		bind(w, c.constraint)
		identified(w)
		for _, g := range c.before {
			w.Requested = append(w.Requested, askedFor(w, "before", g.user, g.role))
		}
		var others []model.RequestedGrant
		for i, g := range c.since {
			others = append(others, askedFor(w, "since-"+string(rune('a'+i)), g.user, g.role))
		}
		asked := askedFor(w, "asked", c.asked.user, c.asked.role)
		asked.Created = day(1)
		byUser := map[string][]*model.Assignment{}
		for i := range w.Assignments {
			byUser[w.Assignments[i].User] = append(byUser[w.Assignments[i].User], &w.Assignments[i])
		}
		refusal := firstMessage(resolved(w).CheckGrant(&asked, others, byUser))
		if (refusal == "") != (c.refusal == "") || !strings.Contains(refusal, c.refusal) {
			t.Errorf("%s: it is refused with %q, not %q", name, refusal, c.refusal)
		}
	}
	w := shop()
	w.Catalog = nil
	asked := askedFor(w, "asked", "ann", "payer")
	if refusal := firstMessage(resolved(w).CheckGrant(&asked, nil, nil)); refusal != `"ann" would not hold it` {
		t.Errorf("without a catalog it is refused with %q", refusal)
	}
}
