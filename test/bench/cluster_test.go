// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/test/bench"
)

// clusterUsers is the environment variable that names how many users the cluster of BenchmarkCluster has. It takes minutes
// and more, so it runs only where that is set.
const clusterUsers = "ROLEWRIGHT_BENCH_CLUSTER_USERS"

// clusterChanges is how many changes the time of is taken, one after the other.
const clusterChanges = 21

// BenchmarkCluster runs the manager against an API server of its own. It reports how long a change of one user takes until
// a reader that watches has a new index, how much live memory the manager holds beside that of an informer cache, and how
// many requests that change anything a manager makes that starts again.
func BenchmarkCluster(b *testing.B) {
	users := clusterSize(b)
	c := startCluster(b)
	c.seed(users)
	first := c.startManager()
	c.awaitIdle(users, calm)
	first()

	var stop func()
	cached := heap(func() { stop = c.startCache() })
	stop()
	c.writes.Store(0)
	managed := heap(func() {
		b.Cleanup(c.startManager())
		c.awaitIdle(users, calm)
	})
	b.ReportMetric(float64(c.writes.Load()), "writes-at-restart")
	b.ReportMetric(float64(cached)/float64(users), "cache-B/user")
	b.ReportMetric(float64(managed)/float64(cached), "x-cache-heap")
	b.ReportMetric(float64(c.changeAndWait(users).Milliseconds()), "ms-to-reader")
}

// clusterSize returns how many users the cluster has, or skips the benchmark.
func clusterSize(b *testing.B) int {
	b.Helper()
	users, err := strconv.Atoi(os.Getenv(clusterUsers))
	if err != nil {
		b.Skipf("set %s to a number of users", clusterUsers)
	}
	return users
}

// startCluster starts an API server.
func startCluster(b *testing.B) *cluster {
	b.Helper()
	plane, err := controlplane.Start(controlplane.Options{CRDPaths: []string{"config/crd/bases"}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			b.Error(err)
		}
	})
	c := &cluster{B: b, plane: plane, config: plane.Config()}
	c.config.QPS = -1
	return c
}

// How long nothing must have been written: before anything is measured, and between one change and the next.
const (
	calm  = 5 * time.Second
	pause = 500 * time.Millisecond
)

// cluster is an API server, and what runs against it.
type cluster struct {
	*testing.B
	plane  *controlplane.ControlPlane
	config *rest.Config
	api    client.Client
	// writes counts the requests of managers that change anything.
	writes atomic.Int64
}

// check ends the benchmark on an error.
func (c *cluster) check(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// seed creates an organization of so many users.
func (c *cluster) seed(users int) {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	c.api, err = client.New(c.config, client.Options{Scheme: options.Scheme})
	c.check(err)
	members := bench.Members(users)
	objects := []client.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "bench"}}, members.Catalog, members.Organization}
	for i := range members.Structures {
		objects = append(objects, &members.Structures[i])
	}
	for i := range members.Roles {
		objects = append(objects, &members.Roles[i])
	}
	for _, object := range objects {
		c.create(object)
	}
	workqueue.ParallelizeUntil(c.Context(), 16, users, func(i int) { c.create(members.Assignments[i]) })
	*members = intake.Members{}
}

func (c *cluster) create(object client.Object) {
	object.SetUID("")
	object.SetGeneration(0)
	if err := c.api.Create(c.Context(), object); err != nil {
		c.Error(err)
	}
}

// startManager starts a manager as the command does, but for the lead and its ports, and returns what stops it.
func (c *cluster) startManager() (stop func()) {
	c.Helper()
	manager := c.newManager()
	ctx, cancel := context.WithCancel(context.Background())
	c.check(controllers.Setup(ctx, manager, controllers.Options{
		Coalesce: 100 * time.Millisecond, Recheck: 10 * time.Second, ShardGrace: 10 * time.Minute, Registerer: prometheus.NewRegistry(),
	}))
	return c.run(ctx, cancel, manager.Start)
}

// newManager returns a manager whose writes are counted.
func (c *cluster) newManager() ctrl.Manager {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	unnamed := true
	options.Controller.SkipNameValidation = &unnamed
	config := rest.CopyConfig(c.config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &counter{next: next, writes: &c.writes} })
	manager, err := ctrl.NewManager(config, options)
	c.check(err)
	return manager
}

// startCache starts what any manager of these kinds holds.
func (c *cluster) startCache() (stop func()) {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	options.Cache.Scheme = options.Scheme
	informers, err := cache.New(c.config, options.Cache)
	c.check(err)
	ctx, cancel := context.WithCancel(context.Background())
	for _, object := range []client.Object{
		&v1alpha1.PermissionCatalog{}, &v1alpha1.PlatformRole{}, &v1alpha1.PlatformAssignment{},
		&v1alpha1.Organization{}, &v1alpha1.OrganizationStructure{}, &v1alpha1.Role{}, &v1alpha1.UserAssignment{}, &v1alpha1.UserGroup{},
	} {
		_, err := informers.GetInformer(ctx, object, cache.BlockUntilSynced(false))
		c.check(err)
	}
	stop = c.run(ctx, cancel, informers.Start)
	if !informers.WaitForCacheSync(ctx) {
		c.Fatal("the cache does not sync")
	}
	return stop
}

// run runs something until it is stopped.
func (c *cluster) run(ctx context.Context, cancel context.CancelFunc, start func(context.Context) error) (stop func()) {
	ended := make(chan error, 1)
	go func() { ended <- start(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			c.Error(err)
		}
	}
}

// awaitIdle waits until all users are published and nothing has been written for a while.
func (c *cluster) awaitIdle(users int, quiet time.Duration) {
	c.Helper()
	organization, key := &v1alpha1.Organization{}, client.ObjectKey{Namespace: "bench", Name: "bench"}
	last, since := int64(-1), time.Now()
	for time.Since(since) < quiet {
		time.Sleep(quiet / 20)
		c.check(c.api.Get(c.Context(), key, organization))
		count := organization.Status.UserCount
		if writes := c.writes.Load(); writes != last || count == nil || int(*count) != users {
			last, since = writes, time.Now()
		}
	}
}

// changeAndWait changes one user after the other, and returns the median of the times until a reader has the change.
func (c *cluster) changeAndWait(users int) time.Duration {
	c.Helper()
	source := permissions.NewSource()
	feeder, err := apisource.ForConfig(c.config, "bench", "bench", source)
	c.check(err)
	ctx, cancel := context.WithCancel(context.Background())
	defer c.run(ctx, cancel, feeder.Run)()
	_, err = source.AtLeast(ctx, 1)
	c.check(err)
	var took []time.Duration
	for i := range clusterChanges {
		assignment := &v1alpha1.UserAssignment{}
		c.check(c.api.Get(ctx, client.ObjectKey{Namespace: "bench", Name: fmt.Sprintf("user-%06d", i)}, assignment))
		assignment.Spec.Grants[0].Scope.Units = []v1alpha1.Name{v1alpha1.Name(fmt.Sprintf("division-%d", i%10))}
		revision, start := source.State().Revision, time.Now()
		c.check(c.api.Update(ctx, assignment))
		waiting, enough := context.WithTimeout(ctx, time.Minute)
		if _, err := source.AtLeast(waiting, revision+1); err != nil {
			c.Fatalf("change %d of user %s, revision %d: %v", i, assignment.Spec.User, revision, err)
		}
		enough()
		took = append(took, time.Since(start))
		c.awaitIdle(users, pause)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// counter counts requests that change anything.
type counter struct {
	next   http.RoundTripper
	writes *atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet {
		c.writes.Add(1)
	}
	return c.next.RoundTrip(request)
}
