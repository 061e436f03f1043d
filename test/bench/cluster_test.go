// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap/zapcore"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/internal/logging"
	"github.com/rolewright/rolewright/test/bench"
)

// clusterUsers is the environment variable that names how many users the clusters of the benchmarks have. They take minutes
// and more, so they run only where that is set.
const clusterUsers = "ROLEWRIGHT_BENCH_CLUSTER_USERS"

// clusterSizes returns how many users the clusters have, or skips the benchmark.
func clusterSizes(b *testing.B) []int {
	b.Helper()
	var users []int
	for field := range strings.FieldsSeq(os.Getenv(clusterUsers)) {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatalf("%s: %q is not a number of users", clusterUsers, field)
		}
		users = append(users, n)
	}
	if len(users) == 0 {
		b.Skipf("set %s to a number of users", clusterUsers)
	}
	return users
}

// etcdQuota is how many bytes etcd may keep. It keeps what was replaced until the API server has it compacted, every five minutes; by default, it
// takes no more writes beyond 2 GiB.
const etcdQuota = 16 << 30

// startCluster starts an API server.
func startCluster(b *testing.B) *cluster {
	b.Helper()
	ctrl.SetLogger(logging.JSON(io.Discard, zapcore.ErrorLevel))
	plane, err := controlplane.Start(controlplane.Options{
		CRDPaths:  []string{"config/crd/bases"},
		EtcdFlags: map[string]string{"quota-backend-bytes": strconv.Itoa(etcdQuota)},
		APIServerFlags: map[string]string{
			// A namespace of many objects is emptied by one request after the other, each of which would else delete one at a time.
			"delete-collection-workers": "16",
			// Every five minutes, the API server compares all objects in etcd with its cache. Of what is measured in the same run, one
			// would have that in it and another not.
			"feature-gates": "DetectCacheInconsistency=false",
		},
	})
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
	// writes counts the requests of managers that change anything, inside those of them that concern the organization's namespace, and
	// statuses those that wrote the status of an assignment.
	writes, inside, statuses atomic.Int64
}

// check ends the benchmark on an error.
func (c *cluster) check(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// connect makes the client of the benchmark.
func (c *cluster) connect() {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	c.api, err = client.New(c.config, client.Options{Scheme: options.Scheme})
	c.check(err)
}

// seed creates an organization of so many users, and returns what creating these takes.
func (c *cluster) seed(users int) cost {
	c.Helper()
	c.connect()
	members := bench.Members(users)
	objects := []client.Object{namespace("bench"), members.Catalog, members.Organization}
	for i := range members.Structures {
		objects = append(objects, &members.Structures[i])
	}
	for i := range members.Roles {
		objects = append(objects, &members.Roles[i])
	}
	for _, object := range objects {
		c.create(object)
	}
	return c.createAssignments("bench", members.Assignments)
}

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
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
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &counter{next: next, cluster: c} })
	manager, err := ctrl.NewManager(config, options)
	c.check(err)
	return manager
}

// startCache starts an informer cache of the specs of assignments, and nothing else.
func (c *cluster) startCache() (stop func()) {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	specs := cache.Options{Scheme: options.Scheme, DefaultTransform: func(object any) (any, error) {
		if assignment, is := object.(*v1alpha1.UserAssignment); is {
			assignment.ManagedFields, assignment.Status = nil, v1alpha1.UserAssignmentStatus{}
		}
		return object, nil
	}}
	informers, err := cache.New(c.config, specs)
	c.check(err)
	ctx, cancel := context.WithCancel(context.Background())
	_, err = informers.GetInformer(ctx, &v1alpha1.UserAssignment{}, cache.BlockUntilSynced(false))
	c.check(err)
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

// awaitIdle waits until the status of the organization counts all users and, for a while, nothing has been written and this process has had
// little to do: a manager that starts reads and compares for long before it writes.
func (c *cluster) awaitIdle(users int, quiet time.Duration) {
	c.Helper()
	organization, key := &v1alpha1.Organization{}, client.ObjectKey{Namespace: "bench", Name: "bench"}
	last, since, used := int64(-1), time.Now(), cpuTime()
	for time.Since(since) < quiet {
		time.Sleep(quiet / 20)
		c.check(c.api.Get(c.Context(), key, organization))
		count := organization.Status.UserCount
		busy := cpuTime()-used > quiet/5
		if writes := c.writes.Load(); busy || writes != last || count == nil || int(*count) != users {
			last, since, used = writes, time.Now(), cpuTime()
		}
	}
}

// counter counts requests that change anything.
type counter struct {
	next    http.RoundTripper
	cluster *cluster
}

// RoundTrip implements http.RoundTripper.
func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodGet {
		return c.next.RoundTrip(request)
	}
	c.cluster.writes.Add(1)
	if strings.Contains(request.URL.Path, "/namespaces/bench/") {
		c.cluster.inside.Add(1)
	}
	response, err := c.next.RoundTrip(request)
	written := err == nil && response.StatusCode < http.StatusMultipleChoices
	if written && strings.Contains(request.URL.Path, "/userassignments/") && strings.HasSuffix(request.URL.Path, "/status") {
		c.cluster.statuses.Add(1)
	}
	return response, err
}
