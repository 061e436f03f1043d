// SPDX-License-Identifier: Apache-2.0

package policies

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/internal/approval"
)

// Options say how often to probe.
type Options struct {
	// Interval is how often to probe while nothing is asked.
	Interval time.Duration
	// Timeout is how long a round of probes may take.
	Timeout time.Duration
	// Patience is how long nothing may be known, as of an API server that does not answer, until approvals stand still. Meanwhile what is
	// new waits.
	Patience time.Duration
	// Spacing is how long to wait between two rounds of probes at least, however much is asked.
	Spacing time.Duration
	// Settling is how long it may take until the API server enforces a policy that was changed.
	Settling time.Duration
}

// Prober probes the policies, regularly and when something waits for it.
type Prober struct {
	Options
	// API reads from the API server itself. Its writes are dry runs.
	API client.Client
	// Objects reads from the cache.
	Objects client.Reader
	// IsTerminating reports whether a namespace is being deleted.
	IsTerminating func(ctx context.Context, namespace string) bool
	Log           logr.Logger
	// User is the user name of the manager, as the API server knows it; if it is empty, the API server is asked.
	User string

	mu sync.Mutex
	// refusals is how many writes were refused as they must be.
	refusals int
	// started is the number of rounds that were started, and completed that of the last that ended; result is what it found.
	started, completed int
	result             approval.Enforcement
	enforced           map[string]bool
	// asked holds, by UID, how many rounds had been started when an object was first asked about.
	asked   map[types.UID]int
	changed []func()
	wanted  chan struct{}

	// The rounds alone use these. refuted is set from when a policy was found changed, or not to be enforced, until all are enforced
	// again, which is notBefore; unknownSince is when a round first found out nothing. versions are those of the policies.
	refuted      bool
	versions     map[string]string
	notBefore    time.Time
	unknownSince time.Time
	// namespace is that of the manager's service account; empty until it is known.
	namespace string
}

// New returns a prober, whose API client is turned into one of dry runs.
func New(options Options, api client.Client, objects client.Reader, log logr.Logger) *Prober {
	return &Prober{
		Options: options, API: client.NewDryRunClient(api), Objects: objects, Log: log,
		IsTerminating: func(context.Context, string) bool { return false },
		asked:         map[types.UID]int{}, wanted: make(chan struct{}, 1), versions: map[string]string{},
	}
}

// Enforcement returns what is known of the policies for a pass that has read objects which no pass has seen before. It is known once a
// round of probes was started after the objects were created: a caller that has read them asks again after the Spacing until it is.
func (p *Prober) Enforcement(unseen []types.UID) (enforcement approval.Enforcement, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.completed == 0 {
		return approval.Enforcement{}, false
	}
	known = true
	for _, uid := range unseen {
		if _, found := p.asked[uid]; !found {
			p.asked[uid] = p.started
		}
		known = known && p.completed > p.asked[uid]
	}
	if !known && p.result.Problem == "" {
		select {
		case p.wanted <- struct{}{}:
		default:
		}
		return approval.Enforcement{}, false
	}
	return p.result, true
}

// Enforced returns of each policy whether the last round of probes has shown that it is enforced; nothing before the first.
func (p *Prober) Enforced() map[string]bool {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.enforced)
}

// Refusals returns how many writes of the manager the API server has refused as it must.
func (p *Prober) Refusals() int {
	if p == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refusals
}

// OnChange has a function called whenever the policies turn out to be enforced, or no longer.
func (p *Prober) OnChange(changed func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changed = append(p.changed, changed)
}

// Start probes until the manager ends.
func (p *Prober) Start(ctx context.Context) error {
	for {
		p.round(ctx)
		if !wait(ctx, p.Spacing, nil) || !wait(ctx, p.Interval, p.wanted) {
			return nil
		}
	}
}

// wait waits for a time, or until something is wanted, and reports whether to go on.
func wait(ctx context.Context, duration time.Duration, wanted <-chan struct{}) bool {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-wanted:
	}
	return true
}

// round probes every policy once, and keeps what that shows.
func (p *Prober) round(ctx context.Context) {
	p.mu.Lock()
	p.started++
	number := p.started
	p.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	findings := p.probeAll(limited)
	if ctx.Err() != nil {
		return
	}
	p.keep(number, p.confirmed(limited, findings))
}

// confirmed adds to findings what follows from earlier ones. A policy that was not enforced is enforced again from now on at the
// earliest, by the clock of the API server: its metadata do not say so if something else kept it from being enforced. Nor do they say when
// a field was taken out again that someone had added, but only that the policy was changed.
func (p *Prober) confirmed(ctx context.Context, findings []finding) []finding {
	problem := false
	for i := range findings {
		f := &findings[i]
		former := p.versions[f.policy]
		if f.version != "" {
			p.versions[f.policy] = f.version
		}
		problem = problem || f.problem != ""
		p.refuted = p.refuted || f.refuted || former != "" && f.version != "" && former != f.version
	}
	if problem {
		return findings
	}
	if p.refuted {
		now, err := p.now(ctx)
		if err != nil {
			return append(findings, finding{policy: Identity, problem: fmt.Sprintf("it is not known since when it is enforced: %v", err)})
		}
		p.refuted, p.notBefore = false, now.Add(p.Settling)
	}
	return append(findings, finding{since: p.notBefore})
}

// finding is what a round found of one policy.
type finding struct {
	policy string
	// since is when the policy or its binding was last changed.
	since time.Time
	// version differs with each change of the policy and its binding; empty if it is not known.
	version string
	// problem is why the policy is not known to be enforced; empty if it is. It is refuted if it is known not to be.
	problem string
	refuted bool
}

// keep makes what a round found the result, and tells those who want to know if approvals stand still from now on, or go on.
func (p *Prober) keep(number int, findings []finding) {
	result, enforced := summary(findings)
	if p.isHiccup(result.Problem) {
		p.Log.V(1).Info("It is not known whether policies are enforced", "problem", result.Problem)
		return
	}
	p.mu.Lock()
	first, former := p.completed == 0, p.result.Problem
	p.completed, p.result, p.enforced = number, result, enforced
	changed := slices.Clone(p.changed)
	for uid, round := range p.asked {
		// What was not asked about for so long is gone.
		if round+forgotten < number {
			delete(p.asked, uid)
		}
	}
	p.mu.Unlock()
	if former == result.Problem && !first {
		return
	}
	switch {
	case result.Problem != "":
		p.Log.Error(nil, "Approvals stand still", "problem", result.Problem)
	case !first:
		p.Log.Info("Approvals go on", "enforcedSince", result.Since)
	}
	for _, tell := range changed {
		tell()
	}
}

// isHiccup reports whether the problem of a round is only that it found out nothing, for the first time or not for long.
func (p *Prober) isHiccup(problem string) bool {
	switch {
	case problem == "" || p.refuted:
		p.unknownSince = time.Time{}
		return false
	case p.unknownSince.IsZero():
		p.unknownSince = time.Now()
	}
	return time.Since(p.unknownSince) < p.Patience
}

// forgotten is after how many rounds nobody is expected to ask about an object again.
const forgotten = 100

// summary returns what findings say together.
func summary(findings []finding) (result approval.Enforcement, enforced map[string]bool) {
	enforced = map[string]bool{}
	var problems []string
	for _, f := range findings {
		if f.policy != "" {
			enforced[f.policy] = f.problem == ""
		}
		if f.problem != "" {
			problems = append(problems, fmt.Sprintf("policy %s: %s", f.policy, f.problem))
		}
		if f.since.After(result.Since) {
			result.Since = f.since
		}
	}
	if len(problems) > 0 {
		result.Problem = "the API server is not known to enforce the policies of config/admission: " + strings.Join(problems, "; ")
	}
	return result, enforced
}
