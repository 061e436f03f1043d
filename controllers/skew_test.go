// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/test/clustertest"
)

// gate holds up who comes to it while it is shut.
type gate struct {
	mutex sync.Mutex
	// opened is closed while the gate is open.
	opened chan struct{}
}

func newGate() *gate {
	opened := make(chan struct{})
	close(opened)
	return &gate{opened: opened}
}

func (g *gate) shut() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.opened = make(chan struct{})
}

// open may be called again.
func (g *gate) open() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	select {
	case <-g.opened:
	default:
		close(g.opened)
	}
}

// pass returns what is closed while the gate is open.
func (g *gate) pass() <-chan struct{} {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.opened
}

// interruption breaks the watch of a resource, and lets none begin until it is over.
type interruption struct {
	resource string
	gate     *gate

	mutex   sync.Mutex
	watches []io.Closer
}

func newInterruption(resource string) *interruption {
	return &interruption{resource: resource, gate: newGate()}
}

// of returns a configuration for a manager to whom it happens.
func (i *interruption) of(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &interrupted{interruption: i, next: next} })
	return config
}

// begin breaks the watch.
func (i *interruption) begin() {
	i.gate.shut()
	i.mutex.Lock()
	defer i.mutex.Unlock()
	for _, watch := range i.watches {
		_ = watch.Close()
	}
	i.watches = nil
}

func (i *interruption) end() { i.gate.open() }

type interrupted struct {
	*interruption
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (i *interrupted) RoundTrip(request *http.Request) (*http.Response, error) {
	if path.Base(request.URL.Path) != i.resource || request.URL.Query().Get("watch") == "" {
		return i.next.RoundTrip(request)
	}
	select {
	case <-i.gate.pass():
	case <-request.Context().Done():
		return nil, errors.New("the watch is interrupted")
	}
	response, err := i.next.RoundTrip(request)
	if err == nil {
		i.mutex.Lock()
		defer i.mutex.Unlock()
		i.watches = append(i.watches, response.Body)
	}
	return response, err
}

var _ = Describe("A manager of which one watch is interrupted", func() {
	DescribeTable("publishes nothing that no state of the resources says", func(resource string, change ...string) {
		cut := newInterruption(resource)
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(cut.of(config), options(shardGrace)) })
		w := newWorld()
		w.Apply(everything...)
		w.Apply(role("guest", "  rules: [{permissions: [orders.view]}]"), holding("vera", "guest"))
		w.Published()
		w.Yes("vera orders.view all")

		cut.begin()
		w.Apply(change...)
		Consistently(w.May).WithArguments("vera staff.hire all").WithTimeout(time.Second).Should(BeFalse())
		cut.end()
		w.Published()
		w.No("vera staff.hire all")
	},
		Entry("when a grant goes before a role is widened", "userassignments",
			user("vera", "vera", ""), role("guest", "  rules: [{permissions: [orders.view, staff.hire]}]")),
		Entry("when a role is narrowed before it is given", "roles",
			role("head", "  rules: [{permissions: [orders.view]}]"), holding("vera", "head")),
	)
})

// delay holds back what the watches of some resources bring, until it is over.
type delay struct {
	resources []string
	gate      *gate
}

func newDelay(resources ...string) *delay {
	return &delay{resources: resources, gate: newGate()}
}

// of returns a configuration for a manager to whom it happens.
func (d *delay) of(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &delaying{delay: d, next: next} })
	return config
}

func (d *delay) begin() { d.gate.shut() }

// end may be called again.
func (d *delay) end() { d.gate.open() }

type delaying struct {
	*delay
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (d *delaying) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := d.next.RoundTrip(request)
	if err == nil && request.URL.Query().Get("watch") != "" && slices.Contains(d.resources, path.Base(request.URL.Path)) {
		response.Body = &delayed{ReadCloser: response.Body, delay: d.delay}
	}
	return response, err
}

type delayed struct {
	io.ReadCloser
	delay *delay
}

// Read implements io.Reader.
func (d *delayed) Read(into []byte) (int, error) {
	n, err := d.ReadCloser.Read(into)
	<-d.delay.gate.pass()
	return n, err
}

var _ = Describe("A manager of which some watches are behind", func() {
	It("takes nothing from who loses a role and is given one that was just created", func() {
		late := newDelay("roles", "platformroles", "organizationstructures")
		startInstead(func() *clustertest.Manager { return clustertest.StartManager(late.of(config), options(shardGrace)) })
		w := newWorld()
		w.Apply(everything...)
		const audits = "  grants: [{name: audit, roleRef: {name: $world-%}, organizations: {all: true}}]"
		w.Apply(auditor, platformAssignment("petra", strings.ReplaceAll(audits, "%", "auditor")))
		w.Apply(role("guest", "  rules: [{permissions: [orders.view]}]"), holding("vera", "guest"))
		w.Published()
		questions := []string{"vera orders.view all", "anna orders.view icu", "petra platform.audit all"}
		w.Yes(questions...)

		late.begin()
		DeferCleanup(late.end)
		w.Apply(role("visitor", "  rules: [{permissions: [orders.view]}]"), holding("vera", "visitor"))
		w.Apply(sites("  - {name: wards, units: [icu]}"),
			user("anna", "anna", "  grants: [{name: clerk, roleRef: {name: clerk}, scope: {unitGroups: [wards]}}]"))
		w.Apply(platformRole("inspector", "Platform", "  rules: [{permissions: [platform.audit]}]"),
			platformAssignment("petra", strings.ReplaceAll(audits, "%", "inspector")))
		Consistently(func(g Gomega) {
			for _, question := range questions {
				g.Expect(w.May(question)).To(BeTrue(), question)
			}
		}).WithTimeout(time.Second).Should(Succeed())
		late.end()
		w.Published()
		w.Yes(questions...)
	})
})
