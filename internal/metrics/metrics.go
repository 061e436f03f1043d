// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/internal/buildinfo"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Metrics is a collector of the manager's own metrics.
type Metrics struct {
	sources    Sources
	resolution prometheus.Histogram
	admission  *prometheus.HistogramVec
}

// Sources are what the metrics are read from.
type Sources struct {
	Snapshots    *snapshot.Store
	Debouncer    *debounce.Debouncer
	Publications *publications.Tracker
	// Policies returns of each policy on which approvals rest whether it is known to be enforced.
	Policies func() map[string]bool
	// PolicyRefusals returns how many writes of the manager these policies have refused, as they must.
	PolicyRefusals func() int
	Clock          func() time.Time
}

var _ prometheus.Collector = (*Metrics)(nil)

var (
	organizations = prometheus.NewDesc("rolewright_organizations",
		"Organizations that exist.", nil, nil)
	users = prometheus.NewDesc("rolewright_users",
		"Users of an organization, including those who hold nothing.", []string{"namespace", "organization"}, nil)
	publishedBytes = prometheus.NewDesc("rolewright_published_bytes",
		"Size of the document that readers of an organization see.", []string{"namespace", "organization"}, nil)
	findings = prometheus.NewDesc("rolewright_findings",
		"Findings in all organizations, by reason and severity.", []string{"reason", "severity"}, nil)
	oldestUnpublished = prometheus.NewDesc("rolewright_oldest_unpublished_change_seconds",
		"Age of the oldest change that is not in a published document; 0 when there is none.", nil, nil)
	policyEnforced = prometheus.NewDesc("rolewright_approval_policy_enforced",
		"1 if the API server is known to enforce a policy on which approvals rest, else 0: then approvals stand still. Of the leader alone.",
		[]string{"policy"}, nil)
	policyRefusals = prometheus.NewDesc("rolewright_approval_policy_refusals_total",
		"Dry runs of the manager that policies on which approvals rest have refused, as they must.", nil, nil)
	build = prometheus.NewDesc("rolewright_build_info",
		"Always 1; the labels say which build of Rolewright runs.", []string{"version", "commit", "go_version"}, nil)
)

// New returns a collector that reads from the sources.
func New(sources Sources) *Metrics {
	return &Metrics{sources: sources, resolution: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "rolewright_resolution_duration_seconds",
		Help: "How long the resolution of one organization took, without reading the cache.",
		// From a hundred users to several hundred thousand.
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
	}), admission: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "rolewright_admission_duration_seconds",
		Help: "How long the webhook took to answer whether a user may write an object, by the kind of the object and the outcome.",
		// From a small organization to one that is resolved from scratch.
		Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
	}, []string{"kind", "outcome"})}
}

// ObserveResolution notes how long one resolution took.
func (m *Metrics) ObserveResolution(took time.Duration) { m.resolution.Observe(took.Seconds()) }

// ObserveAdmission notes how long the answer to one admission request took.
func (m *Metrics) ObserveAdmission(kind, outcome string, took time.Duration) {
	m.admission.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	m.resolution.Describe(descriptions)
	m.admission.Describe(descriptions)
	for _, description := range []*prometheus.Desc{
		organizations, users, publishedBytes, findings, oldestUnpublished, policyEnforced, policyRefusals, build,
	} {
		descriptions <- description
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(series chan<- prometheus.Metric) {
	m.resolution.Collect(series)
	m.admission.Collect(series)
	gauge := func(description *prometheus.Desc, value float64, labels ...string) {
		series <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value, labels...)
	}
	now := m.sources.Clock()
	// The debouncer is read first: a change that leaves it afterwards is with the tracker already.
	oldest := debounce.Earlier(m.sources.Debouncer.Oldest(), m.sources.Publications.OldestUnpublished())
	existing := 0
	counts := map[findingKind]int{}
	for _, current := range m.sources.Snapshots.List() {
		if current.Organization == nil {
			continue
		}
		existing++
		gauge(users, float64(current.Resolution.UserCount()), current.Key.Namespace, current.Key.Name)
		if published := m.sources.Publications.Published(current.Key); published != nil {
			gauge(publishedBytes, float64(published.Bytes), current.Key.Namespace, current.Key.Name)
		}
		for _, finding := range current.FindingsAt(now).All {
			counts[findingKind{finding.Reason, finding.Severity.String()}]++
		}
	}
	for kind, count := range counts {
		gauge(findings, float64(count), kind.reason, kind.severity)
	}
	gauge(organizations, float64(existing))
	series <- prometheus.MustNewConstMetric(policyRefusals, prometheus.CounterValue, float64(m.sources.PolicyRefusals()))
	for policy, enforced := range m.sources.Policies() {
		value := 0.0
		if enforced {
			value = 1
		}
		gauge(policyEnforced, value, policy)
	}
	var age time.Duration
	if !oldest.IsZero() {
		age = max(0, now.Sub(oldest))
	}
	gauge(oldestUnpublished, age.Seconds())
	info := buildinfo.Read()
	gauge(build, 1, info.Version, info.Commit, info.GoVersion)
}

// findingKind is what findings are counted by.
type findingKind struct{ reason, severity string }
