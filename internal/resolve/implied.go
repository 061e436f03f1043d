// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"slices"
)

// reached is a permission that holding another one brings, under features that the organization must have.
type reached struct {
	name     string
	features []string
}

// reachOf returns what holding a permission brings: itself and all that it implies, each with the features that it and
// the permissions on the way require. A permission that is reached in several ways is listed once for each set of
// features that no other set is part of. Nobody has a feature that the catalog does not declare: what requires one is not reached.
func (c *compiledCatalog) reachOf(p *permission) []reached {
	ways := map[string][][]string{}
	pending := []reached{{name: p.spec.Name, features: unique(p.spec.RequiredFeatures)}}
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		isKnown := func(known []string) bool { return subset(known, next.features) }
		if slices.ContainsFunc(next.features, c.lacksFeature) || slices.ContainsFunc(ways[next.name], isKnown) {
			continue
		}
		ways[next.name] = append(slices.DeleteFunc(ways[next.name], func(known []string) bool {
			return subset(next.features, known)
		}), next.features)
		for _, implied := range c.permissions[next.name].implies {
			pending = append(pending, reached{name: implied, features: union(next.features, unique(c.permissions[implied].spec.RequiredFeatures))})
		}
	}
	var all []reached
	for target, sets := range ways {
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
