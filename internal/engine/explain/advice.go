// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const (
	// mostNearest bounds how many ways to a yes are named.
	mostNearest = 3
	// mostRoles bounds how many roles one of them names, and mostPlaces how many units or values.
	mostRoles, mostPlaces = 8, 5
	// mostJudged bounds how often a judge is asked: it resolves the organization again.
	mostJudged = 8
)

// Judge decides about advice that takes a change of what is resolved, which constraints may withhold. It returns why the advice
// would not help, or nothing if it would.
type Judge func(advice *access.Advice) (whyNot string)

// advisor finds what would make a no a yes. It decides again in each state that it advises.
type advisor struct {
	explainer *explainer
	judge     Judge
	judged    int
	pieces    []piece
	// written are the roles that the user would hold if what is written were right: another grant of one is not advised.
	written map[string]bool
	// hindrances say what still refuses in the states that are not advised.
	hindrances []string
}

// piece is one piece of advice, and how much it takes.
type piece struct {
	advice access.Advice
	takes  int
}

// nearest returns what would make the answer yes, that which takes the least first: of the user's grants whose role holds
// the permission, and of the overrides that give it; without any, the roles that hold it. If nothing helps, it says why.
func (a *advisor) nearest() (advice []access.Advice, texts []string) {
	a.adviseWays()
	switch {
	case len(a.pieces) > 0:
	case a.explainer.decision.Index.IsOfPlatform():
		a.advisePlatformRoles()
	default:
		a.adviseRoles()
	}
	slices.SortStableFunc(a.pieces, func(x, y piece) int { return cmp.Compare(x.takes, y.takes) })
	for i := range a.pieces {
		p := &a.pieces[i]
		if text := p.advice.String(); p.takes == a.pieces[0].takes && len(texts) < mostNearest && !slices.Contains(texts, text) {
			advice, texts = append(advice, p.advice), append(texts, text)
		}
	}
	if len(texts) == 0 {
		texts = a.hindrances[:min(len(a.hindrances), mostNearest)]
	}
	return advice, texts
}

// add adds advice, unless constraints may withhold what it takes and the judge does not know that they do not.
func (a *advisor) add(advice *access.Advice, constraints []string) {
	if len(constraints) > 0 && len(advice.Features)+len(advice.Entitlements)+len(advice.Roles) > 0 {
		if whyNot := a.withheld(advice, constraints); whyNot != "" {
			a.hinder(whyNot)
			return
		}
	}
	takes := len(advice.Features) + len(advice.Entitlements) + len(advice.Qualifiers) + len(advice.Unevaluated) + len(advice.Dimensions)
	for _, needed := range []bool{len(advice.Units) > 0, len(advice.Roles) > 0, advice.Before != nil, advice.At != nil, advice.From != nil} {
		if needed {
			takes++
		}
	}
	a.pieces = append(a.pieces, piece{advice: *advice, takes: takes})
}

// withheld returns why constraints withhold what advice takes, or may do so as far as is known.
func (a *advisor) withheld(advice *access.Advice, constraints []string) string {
	what := "grant " + advice.Source + " of role " + advice.GrantRole
	switch {
	case len(advice.Roles) > 0:
		what = "a" + strings.TrimPrefix((&access.Advice{Roles: advice.Roles, Scope: advice.Scope}).String(), "would be allowed with a")
	case advice.GrantRole == "":
		what = "override " + advice.Source
	}
	a.judged++
	if a.judge == nil || a.judged > mostJudged {
		return fmt.Sprintf("%s might be withheld by constraint %s", what, strings.Join(constraints, ", "))
	}
	if whyNot := a.judge(advice); whyNot != "" {
		return what + " would not help: " + whyNot
	}
	return ""
}

// hinder keeps why a way does not lead to a yes.
func (a *advisor) hinder(text string) {
	if !slices.Contains(a.hindrances, text) {
		a.hindrances = append(a.hindrances, text)
	}
}
