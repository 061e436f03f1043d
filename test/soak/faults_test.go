// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// fault disturbs a cluster for a while. It ends by itself, and leaves nothing behind.
type fault struct {
	kind string
	// after is when it happens, from the start of the round on, and lasts how long.
	after, lasts time.Duration
	happen       func(c *cluster, f *fault)
	// which is the replica that it happens to, and size how hard.
	which, size int
}

func (f *fault) String() string {
	return fmt.Sprintf("%s after %s for %s (%d, %d)", f.kind, f.after.Truncate(time.Millisecond), f.lasts.Truncate(time.Millisecond), f.which, f.size)
}

// faultKinds are the faults, and for how long each lasts at least and at most.
var faultKinds = []struct {
	kind           string
	shortest, most time.Duration
	happen         func(c *cluster, f *fault)
}{
	{"a manager is killed", 0, 5 * time.Second, func(c *cluster, f *fault) {
		m := c.managers[f.which]
		m.stop(syscall.SIGKILL)
		time.Sleep(f.lasts)
		c.check(m.start())
	}},
	{"all managers are killed", 0, 5 * time.Second, func(c *cluster, f *fault) {
		for _, m := range c.managers {
			m.stop(syscall.SIGKILL)
		}
		time.Sleep(f.lasts)
		for _, m := range c.managers {
			c.check(m.start())
		}
	}},
	{"a manager is frozen for longer than its lease", 7 * time.Second, 15 * time.Second, func(c *cluster, f *fault) {
		m := c.managers[f.which]
		m.signal(syscall.SIGSTOP)
		time.Sleep(f.lasts)
		m.signal(syscall.SIGCONT)
	}},
	{"the API server is paused", 10 * time.Second, 60 * time.Second, func(c *cluster, f *fault) {
		c.apiserver.signal(syscall.SIGSTOP)
		time.Sleep(f.lasts)
		c.apiserver.signal(syscall.SIGCONT)
	}},
	{"the API server is killed", 0, 5 * time.Second, func(c *cluster, f *fault) {
		c.apiserver.stop(syscall.SIGKILL)
		time.Sleep(f.lasts)
		c.check(c.apiserver.start())
	}},
	{"etcd is stopped", 1 * time.Second, 10 * time.Second, func(c *cluster, f *fault) {
		c.etcd.stop(syscall.SIGTERM)
		time.Sleep(f.lasts)
		c.check(c.etcd.start())
	}},
	{"the managers are throttled", 5 * time.Second, 15 * time.Second, func(c *cluster, f *fault) {
		c.throttle(true)
		time.Sleep(f.lasts)
		c.throttle(false)
	}},
	{"the network is slow", 5 * time.Second, 15 * time.Second, func(c *cluster, f *fault) {
		for i, w := range append([]*wire{c.readerWire}, c.managerWires...) {
			w.slow(time.Duration(f.size*(i+1)) * time.Millisecond)
		}
		time.Sleep(f.lasts)
		for _, w := range append([]*wire{c.readerWire}, c.managerWires...) {
			w.slow(0)
		}
	}},
	{"connections are cut", 3 * time.Second, 15 * time.Second, func(c *cluster, f *fault) {
		for end := time.Now().Add(f.lasts); time.Now().Before(end); time.Sleep(time.Duration(f.size*10) * time.Millisecond) {
			for _, w := range append([]*wire{c.readerWire}, c.managerWires...) {
				w.cut()
			}
		}
	}},
	{"the decision service is killed", 0, 2 * time.Second, func(c *cluster, f *fault) {
		c.service.stop(syscall.SIGKILL)
		time.Sleep(f.lasts)
		c.check(c.service.start())
	}},
}

// drawFaults draws those of a round.
func drawFaults(random *rand.Rand, round int) []*fault {
	if round%6 == 0 {
		return nil
	}
	var drawn []*fault
	for range 1 + random.IntN(3) {
		kind := faultKinds[random.IntN(len(faultKinds))]
		f := &fault{
			kind: kind.kind, happen: kind.happen, which: random.IntN(managerReplicas), size: 20 + random.IntN(200),
			after: time.Duration(random.Int64N(int64(5 * time.Second))),
			lasts: kind.shortest + time.Duration(random.Int64N(int64(kind.most-kind.shortest+1))),
		}
		// One of a kind at a time: the end of the first would be the end of both.
		is := false
		for _, other := range drawn {
			is = is || other.kind == f.kind
		}
		if !is {
			drawn = append(drawn, f)
		}
	}
	return drawn
}

const slowLane = "soak-slow"

// throttle leaves the managers one request at a time, and refuses what waits, or leaves them as many as others.
func (c *cluster) throttle(on bool) {
	level := &flowcontrolv1.PriorityLevelConfiguration{ObjectMeta: metav1.ObjectMeta{Name: slowLane}}
	level.Spec = flowcontrolv1.PriorityLevelConfigurationSpec{
		Type: flowcontrolv1.PriorityLevelEnablementLimited,
		Limited: &flowcontrolv1.LimitedPriorityLevelConfiguration{
			NominalConcurrencyShares: new(int32(1)), LendablePercent: new(int32(0)), BorrowingLimitPercent: new(int32(0)),
			LimitResponse: flowcontrolv1.LimitResponse{
				Type:    flowcontrolv1.LimitResponseTypeQueue,
				Queuing: &flowcontrolv1.QueuingConfiguration{Queues: 1, HandSize: 1, QueueLengthLimit: 2},
			},
		},
	}
	schema := &flowcontrolv1.FlowSchema{ObjectMeta: metav1.ObjectMeta{Name: slowLane}}
	schema.Spec = flowcontrolv1.FlowSchemaSpec{
		PriorityLevelConfiguration: flowcontrolv1.PriorityLevelConfigurationReference{Name: slowLane}, MatchingPrecedence: 50,
		Rules: []flowcontrolv1.PolicyRulesWithSubjects{{
			Subjects: []flowcontrolv1.Subject{{Kind: flowcontrolv1.SubjectKindUser, User: &flowcontrolv1.UserSubject{Name: managerUser}}},
			ResourceRules: []flowcontrolv1.ResourcePolicyRule{{
				Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}, Namespaces: []string{"*"}, ClusterScope: true,
			}},
		}},
	}
	c.insist(func(ctx context.Context) error {
		for _, object := range []client.Object{level, schema} {
			err := client.IgnoreNotFound(c.api.Delete(ctx, object.DeepCopyObject().(client.Object)))
			if on && err == nil {
				err = ignoreExists(c.api.Create(ctx, object.DeepCopyObject().(client.Object)))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// insist tries something until it succeeds.
func (c *cluster) insist(try func(ctx context.Context) error) {
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		err := try(c.t.Context())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			panic(fmt.Sprintf("the test cannot disturb the API server: %v", err))
		}
	}
}
