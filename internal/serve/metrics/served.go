// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// served says of every tenant what it serves.
type served struct {
	registry *tenants.Registry
	now      func() time.Time
}

var _ prometheus.Collector = (*served)(nil)

var (
	organization = []string{"namespace", "organization"}

	organizations = prometheus.NewDesc("rolewright_served_organizations",
		"Organizations that are served.", nil, nil)
	revision = prometheus.NewDesc("rolewright_served_revision",
		"Revision by which decisions of an organization are made.", organization, nil)
	age = prometheus.NewDesc("rolewright_served_age_seconds",
		"How long ago it was last known that what is served of an organization is current.", organization, nil)
	ready = prometheus.NewDesc("rolewright_served_ready",
		"1 if what is served of an organization may be relied on, else 0.", organization, nil)
	refusal = prometheus.NewDesc("rolewright_served_refusal",
		"1 while the newest state of an organization is not taken, because it is damaged for example, else 0.", organization, nil)
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
		tenant, found := s.registry.Tenant(key.Namespace, key.Organization)
		if !found {
			continue
		}
		gauge(revision, float64(tenant.Revision()), key.Namespace, key.Organization)
		if confirmed := tenant.Confirmed(); !confirmed.IsZero() {
			gauge(age, max(0, s.now().Sub(confirmed)).Seconds(), key.Namespace, key.Organization)
		}
		gauge(ready, number(tenant.Ready() == nil), key.Namespace, key.Organization)
		gauge(refusal, number(tenant.Refusal() != nil), key.Namespace, key.Organization)
	}
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
