// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// reached is a permission that holding another one brings, under features that the organization must have.
type reached struct {
	name     string
	features []string
}

func (r reached) compare(other reached) int {
	return cmp.Or(
		cmp.Compare(len(r.features), len(other.features)), slices.Compare(r.features, other.features), cmp.Compare(r.name, other.name),
	)
}

// readReach fills in what holding each permission brings.
func (c *compiledCatalog) readReach(found *findings) {
	for _, p := range c.permissions {
		p.features = unique(p.spec.RequiredFeatures)
	}
	free := !slices.ContainsFunc(c.spec.Permissions, func(p model.Permission) bool { return len(p.RequiredFeatures) > 0 })
	for _, p := range c.permissions {
		if free {
			p.reach = c.reachFreely(p, found.work)
		} else {
			p.reach = c.reachOf(p, found)
		}
	}
}

// reachFreely is reachOf where no permission requires a feature.
func (c *compiledCatalog) reachFreely(p *permission, work *work) []reached {
	reach := 0
	for pending := []*permission{p}; len(pending) > 0; {
		next := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if next.reachedFrom == p {
			continue
		}
		next.reachedFrom = p
		reach++
		work.spend(1 + len(next.implies)/stepsOfEntry)
		for _, implied := range next.implies {
			if implied.reachedFrom != p {
				pending = append(pending, implied)
			}
		}
	}
	all := make([]reached, 0, reach)
	work.spend(reach)
	if reach == 1 {
		return append(all, reached{name: p.spec.Name})
	}
	for _, name := range c.all {
		if c.permissions[name].reachedFrom == p {
			all = append(all, reached{name: name})
		}
	}
	return all
}

// reachOf returns what holding a permission brings: itself and all that it implies, each with the features that it and
// the permissions on the way require. A permission that is reached in several ways is listed once for each set of
// features that no other set is part of; not at all if these are too many. Nobody has a feature that the catalog does not
// declare: what requires one is not reached. The ways that require fewest features are followed first, so that no way that was
// followed turns out to be too much.
func (c *compiledCatalog) reachOf(p *permission, found *findings) []reached {
	ways := map[string][][]string{}
	var tooMany []string
	pending := &reachHeap{{name: p.spec.Name, features: p.features}}
	for pending.Len() > 0 {
		next := heap.Pop(pending).(reached)
		known := ways[next.name]
		found.work.spend(1 + len(known))
		if slices.ContainsFunc(next.features, c.lacksFeature) ||
			slices.ContainsFunc(known, func(features []string) bool { return subset(features, next.features) }) {
			continue
		}
		if len(known) == maxAlternatives {
			tooMany = append(tooMany, next.name)
			continue
		}
		ways[next.name] = append(known, next.features)
		for _, implied := range c.permissions[next.name].implies {
			found.work.spend(8*stepsOfAlternative + len(ways[implied.spec.Name]))
			features := union(next.features, implied.features)
			if !slices.ContainsFunc(ways[implied.spec.Name], func(known []string) bool { return subset(known, features) }) {
				heap.Push(pending, reached{name: implied.spec.Name, features: features})
			}
		}
	}
	if tooMany = unique(tooMany); len(tooMany) > 0 {
		found.reject(c.spec.Ref, p.field+".implies", ReasonTooManyAlternatives,
			"permission %q implies %s in more than %d ways that require different features, so it does not imply that: let fewer permissions "+
				"lie between them, or require fewer features", p.spec.Name, few(tooMany), maxAlternatives)
	}
	var all []reached
	for target, sets := range ways {
		if _, left := slices.BinarySearch(tooMany, target); left {
			continue
		}
		for _, features := range sets {
			all = append(all, reached{name: target, features: features})
		}
	}
	slices.SortFunc(all, func(a, b reached) int {
		return cmp.Or(cmp.Compare(a.name, b.name), slices.Compare(a.features, b.features))
	})
	return all
}

// lacksFeature reports whether the catalog does not declare a feature.
func (c *compiledCatalog) lacksFeature(name string) bool { return !c.features.has(name) }

// reachHeap has the permission that requires fewest features first.
type reachHeap []reached

func (h reachHeap) Len() int           { return len(h) }
func (h reachHeap) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h reachHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *reachHeap) Push(x any)        { *h = append(*h, x.(reached)) }

func (h *reachHeap) Pop() any {
	last := len(*h) - 1
	popped := (*h)[last]
	*h = (*h)[:last]
	return popped
}
