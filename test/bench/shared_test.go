// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/test/bench"
)

// changesForAll are changes of what users share, each there and back.
var changesForAll = []struct {
	name  string
	apply func(members *intake.Members, there bool)
}{
	{"role", func(m *intake.Members, there bool) {
		m.Roles = slices.Clone(m.Roles)
		role := m.Roles[10].DeepCopy()
		role.Generation++
		of := 11
		if there {
			of = 12
		}
		role.Spec.Rules[0].Permissions = m.Roles[of].Spec.Rules[0].Permissions
		m.Roles[10] = *role
	}},
	{"unit", func(m *intake.Members, there bool) {
		changeUnits(m, func(spec *v1alpha1.OrganizationStructureSpec) {
			parent := v1alpha1.Name("division-0-site-0")
			if there {
				parent = "division-0-site-1"
			}
			spec.Units[len(spec.Units)-1].Parent = parent
		})
	}},
	{"unit-more", func(m *intake.Members, there bool) {
		changeUnits(m, func(spec *v1alpha1.OrganizationStructureSpec) {
			if there {
				spec.Units = append(spec.Units, v1alpha1.Unit{Name: "annex", Parent: "division-0"})
			} else {
				spec.Units = spec.Units[:len(spec.Units)-1]
			}
		})
	}},
	{"catalog", func(m *intake.Members, there bool) {
		m.Catalog = m.Catalog.DeepCopy()
		m.Catalog.Generation++
		m.Catalog.Spec.Qualifiers[0].Expression = "resource.properties.owner == subject.id"
		if there {
			m.Catalog.Spec.Qualifiers[0].Expression = "resource.id == subject.id"
		}
	}},
}

func changeUnits(m *intake.Members, change func(*v1alpha1.OrganizationStructureSpec)) {
	m.Structures = slices.Clone(m.Structures)
	structure := m.Structures[1].DeepCopy()
	structure.Generation++
	change(&structure.Spec)
	m.Structures[1] = *structure
}

// BenchmarkChangeShared measures what a change of what users share costs a manager that has resolved the organization before, from the
// objects to what is published, beside the same from scratch.
func BenchmarkChangeShared(b *testing.B) {
	for _, users := range sizes {
		for _, change := range changesForAll {
			b.Run(fmt.Sprintf("%s/users=%d", change.name, users), func(b *testing.B) {
				members := bench.Members(users)
				const times = 3
				begin := time.Now()
				for range times {
					snapshot.Build(benchKey, members)
				}
				scratch := time.Since(begin) / times
				cache := snapshot.NewCache(snapshot.CacheOptions{})
				cache.Build(benchKey, members)
				there, read := false, 0
				b.ReportAllocs()
				for b.Loop() {
					there = !there
					change.apply(members, there)
					read = cache.Build(benchKey, members).Resolution.ReadUsers
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(scratch), "x-scratch")
				b.ReportMetric(float64(read), "users-read")
			})
		}
	}
}
