// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// Metrics are those of one service. Its methods may be called by any number of goroutines.
type Metrics struct {
	gatherer *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	decided  *prometheus.CounterVec
	reloads  *prometheus.CounterVec
	refused  *prometheus.CounterVec

	// adding is held while an organization is added to those that decisions are counted of.
	adding sync.Mutex
	counts atomic.Pointer[map[tenants.Key]*outcomes]
}

// outcomes counts the decisions of one organization.
type outcomes struct{ allowed, denied prometheus.Counter }

// New returns the metrics of a service that serves the tenants of a registry.
func New(registry *tenants.Registry, clock func() time.Time) *Metrics {
	m := &Metrics{
		gatherer: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rolewright_decision_requests_total",
			Help: "Requests that the decision service answered, by endpoint and status code.",
		}, []string{"endpoint", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "rolewright_decision_request_duration_seconds",
			Help: "How long it took to answer a request, from its headers to the last byte of the answer.",
			// From a decision in memory to a search through an organization.
			Buckets: prometheus.ExponentialBuckets(0.00001, 4, 10),
		}, []string{"endpoint"}),
		decided: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rolewright_decisions_total",
			Help: "Decisions on evaluations, by organization.",
		}, []string{"namespace", "organization", "decision"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rolewright_reloads_total",
			Help: "Changes of what is served that were met, by whether they were taken or refused.",
		}, []string{"result"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rolewright_refused_requests_total",
			Help: "Requests that were refused before they were read, by status code.",
		}, []string{"code"}),
	}
	m.counts.Store(&map[tenants.Key]*outcomes{})
	for _, result := range []string{taken, refused} {
		m.reloads.WithLabelValues(result)
	}
	m.gatherer.MustRegister(m.requests, m.duration, m.decided, m.reloads, m.refused,
		&served{registry: registry, now: clock}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

const taken, refused = "taken", "refused"

// Answered counts a request. The endpoint is one of a few names.
func (m *Metrics) Answered(endpoint string, status int, took time.Duration) {
	m.requests.WithLabelValues(endpoint, code(status)).Inc()
	m.duration.WithLabelValues(endpoint).Observe(took.Seconds())
}

// Refused counts a request that was refused before it was read.
func (m *Metrics) Refused(status int) { m.refused.WithLabelValues(code(status)).Inc() }

// Reloaded counts a change of what is served.
func (m *Metrics) Reloaded(ok bool) {
	if ok {
		m.reloads.WithLabelValues(taken).Inc()
	} else {
		m.reloads.WithLabelValues(refused).Inc()
	}
}

// Decided counts a decision of an organization that is served.
func (m *Metrics) Decided(key tenants.Key, allowed bool) {
	count, known := (*m.counts.Load())[key]
	if !known {
		count = m.add(key)
	}
	if allowed {
		count.allowed.Inc()
	} else {
		count.denied.Inc()
	}
}

func (m *Metrics) add(key tenants.Key) *outcomes {
	m.adding.Lock()
	defer m.adding.Unlock()
	before := *m.counts.Load()
	if count, known := before[key]; known {
		return count
	}
	count := &outcomes{
		allowed: m.decided.WithLabelValues(key.Namespace, key.Organization, "true"),
		denied:  m.decided.WithLabelValues(key.Namespace, key.Organization, "false"),
	}
	next := maps.Clone(before)
	next[key] = count
	m.counts.Store(&next)
	return count
}

// LogWritten reports how many decisions the decision log has written, and how many it has dropped.
func (m *Metrics) LogWritten(written, dropped func() uint64) {
	counter := func(name, help string, value func() uint64) {
		m.gatherer.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	counter("rolewright_decision_log_written_total", "Decisions that were written to the decision log.", written)
	counter("rolewright_decision_log_dropped_total",
		"Decisions that the decision log dropped, because its writer failed or did not keep up.", dropped)
}

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.gatherer, promhttp.HandlerOpts{})
}

// code writes a status code. Those that occur are few.
func code(status int) string { return strconv.Itoa(status) }
