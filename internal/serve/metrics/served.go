// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// served collects what is served of every organization.
type served struct{ registry *tenants.Registry }

var _ prometheus.Collector = (*served)(nil)

var (
	organization = []string{"namespace", "organization"}

	organizations = prometheus.NewDesc("rolewright_served_organizations",
		"Organizations that are served.", nil, nil)
	revision = prometheus.NewDesc("rolewright_served_revision",
		"Revision of an organization that decisions are based on.", organization, nil)
	age = prometheus.NewDesc("rolewright_served_age_seconds",
		"Time since what is served of an organization was last known to be current.", organization, nil)
	ready = prometheus.NewDesc("rolewright_served_ready",
		"1 if what is served of an organization is reliable, else 0.", organization, nil)
	refusal = prometheus.NewDesc("rolewright_served_refusal",
		"1 while the newest state of an organization is refused, for example because it is damaged, else 0.", organization, nil)
)

// Describe implements prometheus.Collector.
func (s *served) Describe(descriptions chan<- *prometheus.Desc) {
	for _, description := range []*prometheus.Desc{organizations, revision, age, ready, refusal} {
		descriptions <- description
	}
}

// Collect implements prometheus.Collector.
func (s *served) Collect(series chan<- prometheus.Metric) {
	gauge := func(description *prometheus.Desc, value float64, labels ...string) {
		series <- prometheus.MustNewConstMetric(description, prometheus.GaugeValue, value, labels...)
	}
	keys := s.registry.Keys()
	gauge(organizations, float64(len(keys)))
	for _, key := range keys {
		tenant, found := s.registry.Get(key)
		if !found {
			continue
		}
		gauge(revision, float64(tenant.Revision()), key.Namespace, key.Organization)
		if freshAt := tenant.FreshAt(); !freshAt.IsZero() {
			gauge(age, max(0, time.Since(freshAt)).Seconds(), key.Namespace, key.Organization)
		}
		gauge(ready, boolean(tenant.Ready() == nil), key.Namespace, key.Organization)
		gauge(refusal, boolean(tenant.Refusal() != nil), key.Namespace, key.Organization)
	}
}

func boolean(value bool) float64 {
	if value {
		return 1
	}
	return 0
}
