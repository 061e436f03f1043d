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
	dto "github.com/prometheus/client_model/go"

	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// Metrics are the metrics of one service. Its methods may be called by any number of goroutines.
type Metrics struct {
	gatherer *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	decided  *prometheus.CounterVec
	reloads  *prometheus.CounterVec
	rejected *prometheus.CounterVec

	// mutex is held while an organization is added to the counters.
	mutex    sync.Mutex
	counters atomic.Pointer[map[tenants.Key]*outcomes]
}

// outcomes count the decisions of one organization.
type outcomes struct{ allowed, denied prometheus.Counter }

// New returns the metrics of a service that serves the organizations of a registry.
func New(registry *tenants.Registry) *Metrics {
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
			Help: "Changes of what is served, by whether they were accepted or refused.",
		}, []string{"result"}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rolewright_rejected_requests_total",
			Help: "Requests that were rejected because too many were being answered, by status code.",
		}, []string{"code"}),
	}
	m.counters.Store(&map[tenants.Key]*outcomes{})
	for _, result := range []string{accepted, refused} {
		m.reloads.WithLabelValues(result)
	}
	m.gatherer.MustRegister(m.requests, m.duration, m.decided, m.reloads, m.rejected,
		&served{registry: registry}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Values of the label "result".
const accepted, refused = "accepted", "refused"

// Responded counts an answer. The endpoint is one of a few names.
func (m *Metrics) Responded(endpoint string, status int, took time.Duration) {
	m.requests.WithLabelValues(endpoint, code(status)).Inc()
	m.duration.WithLabelValues(endpoint).Observe(took.Seconds())
}

// Rejected counts a request that was rejected because too many were being answered.
func (m *Metrics) Rejected(status int) { m.rejected.WithLabelValues(code(status)).Inc() }

// Reloaded counts a change of what is served, and whether it was accepted.
func (m *Metrics) Reloaded(isAccepted bool) {
	if isAccepted {
		m.reloads.WithLabelValues(accepted).Inc()
	} else {
		m.reloads.WithLabelValues(refused).Inc()
	}
}

// Decided counts a decision of an organization that is served.
func (m *Metrics) Decided(key tenants.Key, allowed bool) {
	counter, known := (*m.counters.Load())[key]
	if !known {
		counter = m.add(key)
	}
	if allowed {
		counter.allowed.Inc()
	} else {
		counter.denied.Inc()
	}
}

func (m *Metrics) add(key tenants.Key) *outcomes {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	before := *m.counters.Load()
	if counter, known := before[key]; known {
		return counter
	}
	counter := &outcomes{
		allowed: m.decided.WithLabelValues(key.Namespace, key.Organization, "true"),
		denied:  m.decided.WithLabelValues(key.Namespace, key.Organization, "false"),
	}
	next := maps.Clone(before)
	next[key] = counter
	m.counters.Store(&next)
	return counter
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

// Register adds the metrics of a collector.
func (m *Metrics) Register(collector prometheus.Collector) { m.gatherer.MustRegister(collector) }

// Gather implements prometheus.Gatherer.
func (m *Metrics) Gather() ([]*dto.MetricFamily, error) { return m.gatherer.Gather() }

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.gatherer, promhttp.HandlerOpts{})
}

// code formats a status code. Few different ones occur.
func code(status int) string { return strconv.Itoa(status) }
