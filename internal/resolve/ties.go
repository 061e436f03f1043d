// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// chainRank is what chains have in common of which none wins over another.
type chainRank struct {
	requestType string
	priority    int
	conditional bool
}

// ties finds chains of which none wins over the others, whatever is asked for.
func (r *chainReader) ties() {
	tied := map[chainRank][]*model.Chain{}
	for i := range r.env.chains {
		chain := &r.env.chains[i]
		rank := chainRank{chain.RequestType, chain.Priority, chain.When != ""}
		tied[rank] = append(tied[rank], chain)
	}
	for _, chains := range tied {
		slices.SortFunc(chains, func(a, b *model.Chain) int { return a.Ref.Compare(b.Ref) })
		r.reportTies(chains)
	}
}

// reportTies says of each chain which others it is tied with: those of the same condition, and those of another.
func (r *chainReader) reportTies(chains []*model.Chain) {
	byCondition := map[string][]*model.Chain{}
	for _, chain := range chains {
		byCondition[chain.When] = append(byCondition[chain.When], chain)
	}
	for _, chain := range chains {
		same := byCondition[chain.When]
		r.reportTie(r.found.reject, chain, "every request that comes to them is denied",
			r.firstOthers(same, func(other *model.Chain) bool { return other != chain }), len(same)-1)
		r.reportTie(r.found.warn, chain, "a request for which both conditions are true is denied",
			r.firstOthers(chains, func(other *model.Chain) bool { return other.When != chain.When }), len(chains)-len(same))
	}
}

// firstOthers names the first chains that are among the others, as many as a message names.
func (r *chainReader) firstOthers(chains []*model.Chain, among func(*model.Chain) bool) []string {
	var names []string
	for _, other := range chains {
		r.found.work.spend(1)
		if len(names) == mostNames {
			break
		}
		if among(other) {
			names = append(names, other.Name)
		}
	}
	return names
}

func (r *chainReader) reportTie(
	report func(model.Ref, string, string, string, ...any), chain *model.Chain, effect string, names []string, all int,
) {
	if all == 0 {
		return
	}
	govern := fmt.Sprintf("ApprovalChain %q governs", names[0])
	if all > 1 {
		govern = fmt.Sprintf("the ApprovalChains %s govern", fewOf(names, all))
	}
	report(chain.Ref, "spec.priority", ReasonAmbiguousChains,
		"%s requests of type %q at the same priority, so %s: give one of them a higher priority", govern, chain.RequestType, effect)
}
