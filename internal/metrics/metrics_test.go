// SPDX-License-Identifier: Apache-2.0

package metrics_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/buildinfo"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/metrics"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
)

var key = snapshot.Key{Namespace: "town", Name: "clinic"}

// build resolves an organization with two users who hold a role until a moment.
func build(until time.Time) *snapshot.Snapshot {
	everywhere, endTime := true, metav1.NewTime(until)
	return snapshot.Build(key, &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}, Spec: v1alpha1.OrganizationSpec{IgnoredFindings: []string{"NoAdministrationRules"}}},
		Catalog:      &v1alpha1.PermissionCatalog{},
		Roles:        []v1alpha1.Role{{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "clerk"}}},
		Groups: []v1alpha1.UserGroup{{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "night"}, Spec: v1alpha1.UserGroupSpec{
			Members: []v1alpha1.UserID{"anna", "bert"},
			Grants: []v1alpha1.Grant{{
				Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
				Window: v1alpha1.Window{EndTime: &endTime},
			}},
		}}},
	})
}

func TestMetricsAreReadFromTheirSources(t *testing.T) {
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	sources := metrics.Sources{
		Snapshots: snapshot.NewStore(), Debouncer: debounce.New(2*time.Second, clock), Publications: publications.NewTracker(), Clock: clock,
		PolicyRefusals: func() int { return 3 },
		Policies:       func() map[string]bool { return map[string]bool{"identity": true, "status": false} },
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(metrics.New(sources))
	expect := func(when string, want map[string]float64) {
		t.Helper()
		got := gather(t, registry)
		info := buildinfo.Read()
		build := strings.Join([]string{"rolewright_build_info", info.Commit, info.GoVersion, info.Version}, " ")
		if got[build] != 1 {
			t.Errorf("%s: there is no %q", when, build)
		}
		delete(got, build)
		want["rolewright_approval_policy_enforced identity"], want["rolewright_approval_policy_enforced status"] = 1, 0
		if !maps.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", when, got, want)
		}
	}
	const age = "rolewright_oldest_unpublished_change_seconds"
	expect("at the start", map[string]float64{"rolewright_organizations": 0, age: 0})

	sources.Debouncer.MarkDirty(key)
	now = now.Add(2 * time.Second)
	expect("after a change", map[string]float64{"rolewright_organizations": 0, age: 2})

	resolved := build(now.Add(time.Hour))
	resolved.Since, _ = sources.Debouncer.TryStart(key)
	sources.Publications.Resolved(resolved)
	sources.Debouncer.Finish(key)
	sources.Snapshots.Put(resolved)
	const users, ending = "rolewright_users town clinic", "rolewright_findings " + resolve.ReasonGrantExpiring + " Info"
	expect("once it is resolved", map[string]float64{"rolewright_organizations": 1, users: 2, ending: 1, age: 2})

	sources.Publications.Observe(key, &publications.Published{Digest: resolved.Digest(), Bytes: 17, Revision: 1})
	const bytes = "rolewright_published_bytes town clinic"
	expect("once it is published", map[string]float64{"rolewright_organizations": 1, users: 2, ending: 1, bytes: 17, age: 0})

	now = now.Add(time.Hour)
	const ended = "rolewright_findings " + resolve.ReasonGrantExpired + " Info"
	expect("when the grant has ended", map[string]float64{"rolewright_organizations": 1, users: 2, ended: 1, bytes: 17, age: 0})

	sources.Snapshots.Remove(key)
	expect("once it is gone", map[string]float64{"rolewright_organizations": 0, age: 0})
}

// gather returns the value of every gauge by its name and the values of its labels: reason before severity, namespace before
// organization.
func gather(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, series := range family.GetMetric() {
			name := []string{family.GetName()}
			for _, label := range series.GetLabel() {
				name = append(name, label.GetValue())
			}
			if series.GetGauge() != nil {
				values[strings.Join(name, " ")] = series.GetGauge().GetValue()
			}
		}
	}
	return values
}
