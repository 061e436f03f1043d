// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/internal/snapshot"
)

// Metrics is a collector of all that the manager says of itself.
type Metrics struct {
	store      *snapshot.Store
	now        func() time.Time
	resolution prometheus.Histogram
}

var _ prometheus.Collector = (*Metrics)(nil)

var (
	organizations = prometheus.NewDesc("rolewright_organizations",
		"Organizations that exist.", nil, nil)
	users = prometheus.NewDesc("rolewright_users",
		"Users of an organization, those included who hold nothing.", []string{"namespace", "organization"}, nil)
	publishedBytes = prometheus.NewDesc("rolewright_published_bytes",
		"Size of the document that readers of an organization see.", []string{"namespace", "organization"}, nil)
	findings = prometheus.NewDesc("rolewright_findings",
		"Findings in all organizations, by reason and severity.", []string{"reason", "severity"}, nil)
	oldestUnpublished = prometheus.NewDesc("rolewright_oldest_unpublished_change_seconds",
		"Age of the oldest change that is not in a published document; 0 when there is none.", nil, nil)
)

// New returns a collector over the store, which tells time by the clock.
func New(store *snapshot.Store, clock func() time.Time) *Metrics {
	return &Metrics{store: store, now: clock, resolution: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "rolewright_resolution_duration_seconds",
		Help: "How long the resolution of one organization took, reading the cache left aside.",
		// From a hundred users to several hundred thousand.
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 16),
	})}
}

// ObserveResolution notes how long one resolution took.
func (m *Metrics) ObserveResolution(took time.Duration) { m.resolution.Observe(took.Seconds()) }

// Describe implements prometheus.Collector.
func (m *Metrics) Describe(descriptions chan<- *prometheus.Desc) {
	m.resolution.Describe(descriptions)
	for _, description := range []*prometheus.Desc{organizations, users, publishedBytes, findings, oldestUnpublished} {
		descriptions <- description
	}
}

// Collect implements prometheus.Collector.
func (m *Metrics) Collect(series chan<- prometheus.Metric) {
	m.resolution.Collect(series)
	gauge := func(description *prometheus.Desc, value float64, labels ...string) {
		series <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value, labels...)
	}
	summaries, oldest := m.store.Summaries()
	kinds := map[snapshot.FindingKind]int{}
	for i := range summaries {
		summary := &summaries[i]
		gauge(users, float64(summary.Users), summary.Key.Namespace, summary.Key.Name)
		if summary.Published != nil {
			gauge(publishedBytes, float64(summary.Published.Bytes), summary.Key.Namespace, summary.Key.Name)
		}
		for kind, count := range summary.Findings {
			kinds[kind] += count
		}
	}
	for kind, count := range kinds {
		gauge(findings, float64(count), kind.Reason, kind.Severity)
	}
	gauge(organizations, float64(len(summaries)))
	var age time.Duration
	if !oldest.IsZero() {
		age = max(0, m.now().Sub(oldest))
	}
	gauge(oldestUnpublished, age.Seconds())
}
