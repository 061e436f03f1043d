// SPDX-License-Identifier: Apache-2.0

package revocation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/rolewright/rolewright/internal/console/login"
)

var (
	key   = types.NamespacedName{Namespace: "rolewright-system", Name: "rolewright-console-sessions"}
	start = time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC)
)

// cluster holds the ConfigMap.
type cluster struct {
	client.WithWatch
	// reads and writes fail while these are set.
	noReads, noWrites atomic.Bool
	reads             atomic.Int32
	// nanoseconds are what the clock has moved on.
	nanoseconds atomic.Int64
}

var errDown = errors.New("the API server is down")

func newCluster(t *testing.T) *cluster {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := &cluster{}
	c.WithWatch = fake.NewClientBuilder().WithScheme(scheme).
		WithObjects(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}).
		WithInterceptorFuncs(interceptor.Funcs{
			Get: func(ctx context.Context, inner client.WithWatch, k client.ObjectKey, o client.Object, options ...client.GetOption) error {
				c.reads.Add(1)
				if c.noReads.Load() {
					return errDown
				}
				return inner.Get(ctx, k, o, options...)
			},
			Update: func(ctx context.Context, inner client.WithWatch, o client.Object, options ...client.UpdateOption) error {
				if c.noWrites.Load() {
					return errDown
				}
				return inner.Update(ctx, o, options...)
			},
		}).Build()
	return c
}

func (c *cluster) now() time.Time { return start.Add(time.Duration(c.nanoseconds.Load())) }

func (c *cluster) wait(period time.Duration) { c.nanoseconds.Add(int64(period)) }

// data returns what the ConfigMap holds.
func (c *cluster) data(t *testing.T) map[string]string {
	t.Helper()
	configMap := &corev1.ConfigMap{}
	if err := c.Get(t.Context(), key, configMap); err != nil {
		t.Fatal(err)
	}
	return configMap.Data
}

// write writes the ConfigMap as another program.
func (c *cluster) write(t *testing.T, data map[string]string) {
	t.Helper()
	configMap := &corev1.ConfigMap{}
	if err := c.Get(t.Context(), key, configMap); err != nil {
		t.Fatal(err)
	}
	configMap.Data = data
	if err := c.Update(t.Context(), configMap); err != nil {
		t.Fatal(err)
	}
}

// replica returns the list of one replica, which follows if it runs.
func (c *cluster) replica(t *testing.T, runs bool) *List {
	t.Helper()
	l := newList(Options{Key: key, Clock: c.now, Log: logr.Discard()}, c)
	if runs {
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { l.Run(ctx) })
		t.Cleanup(func() {
			stop()
			running.Wait()
		})
	}
	return l
}

func session(user, id string) *login.Session {
	return &login.Session{ID: id, User: user, Issued: start.UnixMilli(), Expires: start.Add(time.Hour).Unix()}
}

// counts reports whether a session counts in a replica.
func counts(t *testing.T, l *List, s *login.Session) bool {
	t.Helper()
	revoked, err := l.IsRevoked(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return !revoked
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal(what)
}

func TestOneReplicaEndsASessionOfAll(t *testing.T) {
	c := newCluster(t)
	here, there := c.replica(t, true), c.replica(t, true)
	one, other := session("ann", "one"), session("ann", "other")
	if !counts(t, here, one) || !counts(t, there, one) {
		t.Fatal("a session does not count before it is ended")
	}
	if err := here.Revoke(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if counts(t, here, one) {
		t.Error("it counts where it was ended")
	}
	eventually(t, "it counts in the other replica", func() bool { return !counts(t, there, one) })
	if !counts(t, here, other) || !counts(t, there, other) {
		t.Error("another session of the person ended too")
	}
	if later := c.replica(t, false); counts(t, later, one) || !counts(t, later, other) {
		t.Error("a replica that is started later does not know it")
	}
}

func TestSessionsThatManyReplicasEndAtOnce(t *testing.T) {
	c := newCluster(t)
	var running sync.WaitGroup
	replicas := []*List{c.replica(t, true), c.replica(t, true), c.replica(t, true)}
	for i := range 30 {
		running.Go(func() {
			if err := replicas[i%3].Revoke(t.Context(), session(fmt.Sprint("user", i), "one")); err != nil {
				// It is written later.
				t.Log(err)
			}
		})
	}
	running.Wait()
	eventually(t, "one is missing", func() bool { return len(c.data(t)) == 30 })
}

func TestWhatCannotBeWrittenIsWrittenLater(t *testing.T) {
	c := newCluster(t)
	here, there := c.replica(t, true), c.replica(t, true)
	one := session("ann", "one")
	c.noWrites.Store(true)
	err := here.Revoke(t.Context(), one)
	if err == nil || !strings.Contains(err.Error(), "until 2030-06-01 09:00:00 UTC") || !errors.Is(err, errDown) {
		t.Errorf("the person is told %v", err)
	}
	if counts(t, here, one) {
		t.Error("it counts where it was ended")
	}
	if !counts(t, there, one) {
		t.Error("the other replica knows it, so nothing is shown here")
	}
	c.noWrites.Store(false)
	eventually(t, "it was not written later", func() bool { return !counts(t, there, one) })
}

// TestFreshness: a replica that hears nothing asks before it lets a session count, and lets none count if nobody answers.
func TestFreshness(t *testing.T) {
	c := newCluster(t)
	c.noReads.Store(true)
	l, one := c.replica(t, false), session("ann", "one")
	refused := func(when string) {
		t.Helper()
		revoked, err := l.IsRevoked(t.Context(), one)
		if revoked || err == nil || !strings.Contains(err.Error(), "ConfigMap "+key.String()+" can be read") || !errors.Is(err, errDown) {
			t.Errorf("%s: %v, %v", when, revoked, err)
		}
	}
	refused("before anything is known")
	c.noReads.Store(false)
	if !counts(t, l, one) {
		t.Error("it does not count once the API server answers")
	}
	before := c.reads.Load()
	c.noReads.Store(true)
	c.wait(freshness - time.Second)
	if !counts(t, l, one) || c.reads.Load() != before {
		t.Error("what was heard lately does not count")
	}
	c.wait(time.Second)
	refused("too long after")
	c.noReads.Store(false)
	if !counts(t, l, one) {
		t.Error("it does not count once the API server answers again")
	}
}

// TestOtherWriters: what another program removes, or writes so that it cannot be read, lets nobody in.
func TestOtherWriters(t *testing.T) {
	c := newCluster(t)
	here, one, ben := c.replica(t, true), session("ann", "one"), session("ben", "one")
	if err := here.Revoke(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	written := c.data(t)
	c.write(t, nil)
	c.wait(freshness)
	if counts(t, here, one) {
		t.Error("it counts again once it was removed")
	}
	if err := here.Revoke(t.Context(), ben); err != nil {
		t.Fatal(err)
	}
	restored := c.data(t)
	for entry, text := range written {
		if restored[entry] != text {
			t.Errorf("it was not written again: %v", restored)
		}
		user, _, _ := strings.Cut(entry, ".")
		restored[user] = "forever"
	}
	c.write(t, restored)
	eventually(t, "an entry that cannot be read revokes nothing", func() bool { return !counts(t, here, session("ann", "other")) })
	if err := here.Revoke(t.Context(), session("ben", "two")); err != nil {
		t.Fatal(err)
	}
	for entry, text := range restored {
		if c.data(t)[entry] != text {
			t.Errorf("%s was %s and is %s", entry, text, c.data(t)[entry])
		}
	}
}

// TestBounds: the list takes what the ConfigMap has room for, says so if it has none, and loses what would have ended by itself.
func TestBounds(t *testing.T) {
	c := newCluster(t)
	l, all, size := c.replica(t, false), login.Revoked{}, 0
	for i := range mostEntries {
		one := login.Revoked{}
		one.Add(session(fmt.Sprintf("user-%d", i), "one"))
		all.Merge(one)
	}
	data := map[string]string{}
	for entry, is := range all {
		data[entry] = is.Text()
		size += len(entry) + len(is.Text())
	}
	if size > 900<<10 {
		t.Errorf("%d bytes are more than an API server stores", size)
	}
	c.write(t, data)
	one := session("ann", "one")
	if err := l.Revoke(t.Context(), one); err == nil || !strings.Contains(err.Error(), "it has 4096 entries") {
		t.Errorf("the person is told %v", err)
	}
	if counts(t, l, one) {
		t.Error("it counts where it was ended")
	}
	c.wait(time.Hour)
	late := session("ann", "two")
	late.Expires += 3600
	if err := l.Revoke(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if data := c.data(t); len(data) != 1 {
		t.Errorf("%d entries are kept", len(data))
	}
}
