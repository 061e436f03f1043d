// SPDX-License-Identifier: Apache-2.0

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Flags that tests start managers with, beside those that every one needs.
var (
	// alone writes at once: nobody else may run.
	alone = []string{"--leader-elect=false"}
	// electing replaces a leader that is dead within about three seconds.
	electing = []string{
		"--leader-elect-lease-duration=3s", "--leader-elect-renew-deadline=2s", "--leader-elect-retry-period=250ms",
	}
)

// coalesce is the manager's default of --coalesce.
const coalesce = 100 * time.Millisecond

// manager is a process of the built manager.
type manager struct {
	*gexec.Session

	metrics, health string
}

// startManager starts a manager, which does not survive the spec. It does not wait for anything.
func startManager(flags []string) *manager {
	GinkgoHelper()
	return startManagerThrough(managerKubeconfig, flags)
}

// startManagerThrough starts one that reaches the API server by another way.
func startManagerThrough(kubeconfig string, flags []string) *manager {
	GinkgoHelper()
	m := &manager{metrics: freeAddress(), health: freeAddress()}
	command := exec.Command(programs.manager, append([]string{
		"--kubeconfig=" + kubeconfig,
		"--metrics-bind-address=" + m.metrics,
		"--health-probe-bind-address=" + m.health,
	}, flags...)...)
	var err error
	m.Session, err = gexec.Start(command, GinkgoWriter, GinkgoWriter)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		// One that is frozen ends by no other signal.
		m.Kill()
		Eventually(m.Exited).Should(BeClosed())
	})
	return m
}

// freeAddress is one that nobody listens on now.
func freeAddress() string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer func() { Expect(listener.Close()).To(Succeed()) }()
	return listener.Addr().String()
}

// die ends the manager as a machine that loses power does.
func (m *manager) die() {
	GinkgoHelper()
	Expect(m.ended()).To(BeFalse(), "the manager had already ended, by itself")
	m.Kill()
	Eventually(m.Exited).Should(BeClosed())
}

// stop ends the manager as a node that is drained does.
func (m *manager) stop() {
	GinkgoHelper()
	m.Terminate()
	Eventually(m.Session).Should(gexec.Exit(0))
}

func (m *manager) freeze() { m.Signal(syscall.SIGSTOP) }
func (m *manager) thaw()   { m.Signal(syscall.SIGCONT) }

func (m *manager) ended() bool {
	select {
	case <-m.Exited:
		return true
	default:
		return false
	}
}

// ready is what /readyz answers; an error while it does not say 200.
func (m *manager) ready() error {
	response, err := http.Get("http://" + m.health + "/readyz")
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// measurements is what a manager's /metrics said at one moment.
type measurements map[string][]measurement

type measurement struct {
	labels map[string]string
	value  float64
}

// measure reads the metrics.
func (m *manager) measure() (measurements, error) {
	response, err := http.Get("http://" + m.metrics + "/metrics")
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, err
	}
	all := measurements{}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			one := measurement{labels: map[string]string{}}
			for _, label := range metric.GetLabel() {
				one.labels[label.GetName()] = label.GetValue()
			}
			one.value = metric.GetCounter().GetValue() + metric.GetGauge().GetValue() +
				float64(metric.GetHistogram().GetSampleCount())
			all[name] = append(all[name], one)
		}
	}
	return all, nil
}

// sum adds up the series of a metric, of a histogram the observations, whose label has one of the values.
func (m measurements) sum(name, label string, values ...string) float64 {
	total := 0.0
	for _, one := range m[name] {
		for _, value := range values {
			if one.labels[label] == value {
				total += one.value
			}
		}
	}
	return total
}

// total adds up all series of a metric.
func (m measurements) total(name string) float64 {
	total := 0.0
	for _, one := range m[name] {
		total += one.value
	}
	return total
}

// requests the manager sent so far.
const requests = "rest_client_requests_total"

// refusals are the dry runs that the policies on which approvals rest have refused, as they must.
const refusals = "rolewright_approval_policy_refusals_total"

// writes are the requests with which something was, or was to be, written; the dry runs that policies refuse are none.
func (m measurements) writes() float64 {
	return m.sum(requests, "method", http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete) - m.sum(requests, "code", "403")
}

// leads reports whether the manager leads.
func (m measurements) leads() bool { return m.total("leader_election_master_status") == 1 }

// resolutions counts them.
func (m measurements) resolutions() float64 {
	return m.total("rolewright_resolution_duration_seconds")
}

// measured reads the metrics of a manager that serves them already.
func (m *manager) measured() measurements {
	GinkgoHelper()
	all, err := m.measure()
	Expect(err).NotTo(HaveOccurred())
	return all
}

// awaitReady waits until the manager has resolved every organization.
func (m *manager) awaitReady() {
	GinkgoHelper()
	Eventually(m.ready).Should(Succeed())
}

// awaitLead waits until the manager leads, and Rolewright's controllers that write have begun.
func (m *manager) awaitLead() {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		now, err := m.measure()
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(now.leads()).To(BeTrue())
	}).Should(Succeed())
}

// awaitIdle waits until a manager that may write has looked at everything that there is, and has nothing left to do.
// Everything there was when it became ready stands in the queue of those who write before the first of it is done.
func (m *manager) awaitIdle() {
	GinkgoHelper()
	m.awaitReady()
	organizations, catalogs := &v1alpha1.OrganizationList{}, &v1alpha1.PermissionCatalogList{}
	Expect(api.List(context.Background(), organizations)).To(Succeed())
	Expect(api.List(context.Background(), catalogs)).To(Succeed())
	before := ""
	Eventually(func(g Gomega) {
		now, err := m.measure()
		g.Expect(err).NotTo(HaveOccurred())
		const done = "controller_runtime_reconcile_total"
		last := before
		before = fmt.Sprint(now[done])
		g.Expect(now.sum(done, "controller", "publication")).To(BeNumerically(">=", len(organizations.Items)))
		g.Expect(now.sum(done, "controller", "catalog")).To(BeNumerically(">=", len(catalogs.Items)))
		g.Expect(now.total("workqueue_depth")).To(BeZero())
		g.Expect(now.total("controller_runtime_active_workers")).To(BeZero())
		g.Expect(now.total("rolewright_oldest_unpublished_change_seconds")).To(BeZero())
		// What waits for the coalescing period is in no queue yet: two looks that far apart must agree.
		g.Expect(before).To(Equal(last))
	}).WithPolling(3 * coalesce).Should(Succeed())
}
