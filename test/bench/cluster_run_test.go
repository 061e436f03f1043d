// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/controlplane"
	"github.com/rolewright/rolewright/pkg/permissions"
	"github.com/rolewright/rolewright/pkg/permissions/apisource"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
)

const (
	// clusterChanges is how many changes of a user the time of is taken, one after the other, and sharedChanges how many of what users
	// share.
	clusterChanges = 21
	sharedChanges  = 3
	// clusterReaders is how many readers watch the organization.
	clusterReaders = 3
)

// BenchmarkCluster runs the manager against an API server of its own, with organizations of the sizes that the environment names, and
// prints one table: how long it takes beside floors of the same run, how much memory it holds, and what it writes.
func BenchmarkCluster(b *testing.B) {
	figures := &table{}
	ofSmallest := time.Duration(0)
	for _, users := range clusterSizes(b) {
		b.Run(fmt.Sprintf("users=%d", users), func(b *testing.B) {
			r := &clusterRun{cluster: startCluster(b), table: figures, users: users, ofSmallest: &ofSmallest}
			r.measure()
			b.ReportMetric(0, "ns/op")
		})
	}
	figures.print(os.Stdout)
}

// clusterRun measures one organization.
type clusterRun struct {
	*cluster
	*table
	users int
	// created and applied and deleted are the floors: what it takes to create all assignments, to apply their statuses, and to delete them.
	created, applied cost
	deleted          time.Duration
	// ofSmallest is the median time of a user's change in the first of the organizations.
	ofSmallest *time.Duration
}

func (r *clusterRun) set(name, aim, format string, values ...any) {
	r.table.set(r.users, name, aim, format, values...)
	_, _ = fmt.Fprintf(os.Stderr, "%d users, %s: %s\n", r.users, name, fmt.Sprintf(format, values...))
}

func (r *clusterRun) measure() {
	r.floors()
	seeded := r.seed(r.users)
	stop := r.fill(seeded)
	stop()
	r.process()
	r.set("writes of a manager that starts again", "0", "%d", r.restart())
	r.changes()
	r.fanOut()
	r.list()
	r.remove()
}

// floors measures what creating, raw status applies and deletion take without a manager, in a namespace of its own.
func (r *clusterRun) floors() {
	r.connect()
	r.create(namespace("floor"))
	r.created = r.createAssignments("floor", bench.Members(r.users).Assignments)
	r.set("creates, a second", "", "%.0f", float64(r.users)/r.created.time.Seconds())
	r.applied = r.applyStatuses("floor", r.users)
	r.set("raw status applies, a second", "", "%.0f", float64(r.users)/r.applied.time.Seconds())
	r.deleted = r.deleteAssignments("floor")
}

// fill starts a manager for an organization of which nothing is published and no status is written, and returns what stops it.
func (r *clusterRun) fill(seeded cost) (stop func()) {
	before := liveHeap()
	stopCache := r.startCache()
	cached := liveHeap() - before
	stopCache()

	before = liveHeap()
	r.statuses.Store(0)
	measured := newMeter()
	stop = r.startManager()
	r.awaitPublished()
	seeded.add(measured.read())
	r.set("created and published, of creates", "2", "%.2f", seeded.of(r.created).time)
	for r.statuses.Load() < int64(r.users) {
		time.Sleep(pause / 50)
	}
	took := measured.read()
	written := took.of(r.applied)
	r.set("published and all statuses true, of raw status applies", "1.3", "%.2f", written.time)
	r.set("the same, by CPU time of manager, API server and etcd", "1.3", "%.2f", written.cpu)
	r.set("CPU time of the manager, ms a status", "", "%.2f", took.own.Seconds()*1e3/float64(r.users))
	r.set("CPU time of API server and etcd for a raw apply, ms", "", "%.2f", (r.applied.cpu-r.applied.own).Seconds()*1e3/float64(r.users))
	r.awaitIdle(r.users, calm)
	r.set("status writes until then, a user", "1", "%.2f", float64(r.statuses.Load())/float64(r.users))
	r.verify()
	managed := liveHeap() - before
	r.set("live memory of specs in an informer cache, bytes a user", "", "%d", cached/uint64(r.users))
	r.set("live memory of the manager, of that", "2", "%.2f", float64(managed)/float64(cached))
	r.set("live memory of the manager, MiB", "", "%.0f", float64(managed)/(1<<20))
	return stop
}

// liveHeap returns the bytes of the heap that are in use.
func liveHeap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// awaitPublished waits until a document of the organization is published.
func (r *clusterRun) awaitPublished() {
	r.Helper()
	key := client.ObjectKey{Namespace: "bench", Name: "bench" + document.ConfigMapSuffix}
	for {
		err := r.api.Get(r.Context(), key, &corev1.ConfigMap{})
		if err == nil {
			return
		}
		r.check(client.IgnoreNotFound(err))
		time.Sleep(pause / 50)
	}
}

// verify checks that every assignment is Ready and Published.
func (r *clusterRun) verify() {
	r.Helper()
	if count := r.countTrue(); count != r.users {
		r.Fatalf("of %d assignments %d are Ready and Published", r.users, count)
	}
}

// countTrue counts the assignments that are Ready and Published.
func (r *clusterRun) countTrue() int {
	r.Helper()
	list, count := &v1alpha1.UserAssignmentList{}, 0
	for more := true; more; more = list.Continue != "" {
		r.check(r.api.List(r.Context(), list, client.InNamespace("bench"), client.Limit(500), client.Continue(list.Continue)))
		for i := range list.Items {
			of := list.Items[i].Status.Conditions
			if meta.IsStatusConditionTrue(of, v1alpha1.ConditionReady) && meta.IsStatusConditionTrue(of, v1alpha1.ConditionPublished) {
				count++
			}
		}
	}
	return count
}

// restart starts a manager of an organization that is published, and returns how much it writes. It runs until the benchmark ends.
func (r *clusterRun) restart() int64 {
	r.Helper()
	r.writes.Store(0)
	r.Cleanup(r.startManager())
	r.awaitIdle(r.users, calm)
	return r.writes.Load()
}

// changes measures how long changes take to reach readers.
func (r *clusterRun) changes() {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	readers := make([]*permissions.Source, clusterReaders)
	for i := range readers {
		readers[i] = permissions.NewSource()
		feeder, err := apisource.ForConfig(r.config, "bench", "bench", readers[i])
		r.check(err)
		r.run(ctx, cancel, feeder.Run)
		_, err = readers[i].AtLeast(ctx, 1)
		r.check(err)
	}
	reached, _ := r.median(clusterChanges, readers[:1], func(i int) client.Object {
		assignment := &v1alpha1.UserAssignment{}
		r.get(fmt.Sprintf("user-%06d", i), assignment)
		assignment.Spec.Grants[0].Scope.Units = []v1alpha1.Name{v1alpha1.Name(fmt.Sprintf("division-%d", i%10))}
		return assignment
	})
	if *r.ofSmallest == 0 {
		*r.ofSmallest = reached
	}
	r.set("one user's change at a reader, ms", "", "%d", reached.Milliseconds())
	r.set("one user's change at a reader, of the first column", "2", "%.2f", float64(reached)/float64(*r.ofSmallest))
	for _, change := range r.sharedChanges() {
		reached, statuses := r.median(sharedChanges, readers, change.next)
		r.set(fmt.Sprintf("a %s's change at %d readers, ms", change.of, clusterReaders), "3000", "%d", reached.Milliseconds())
		r.set(fmt.Sprintf("status writes of assignments for a %s's change", change.of), "none for every holder", "%d", statuses)
	}
}

type sharedChange struct {
	of   string
	next func(i int) client.Object
}

// sharedChanges are changes of what users share. Each changes the document.
func (r *clusterRun) sharedChanges() []sharedChange {
	return []sharedChange{
		{"role", func(i int) client.Object {
			role := &v1alpha1.Role{}
			r.get("role-07", role)
			role.Spec.Rules[0].Permissions = role.Spec.Rules[0].Permissions[:len(role.Spec.Rules[0].Permissions)-1]
			return role
		}},
		{"unit", func(i int) client.Object {
			structure := &v1alpha1.OrganizationStructure{}
			list := &v1alpha1.OrganizationStructureList{}
			r.check(r.api.List(r.Context(), list, client.InNamespace("bench")))
			r.get(list.Items[len(list.Items)-1].Name, structure)
			units := structure.Spec.Units
			units[len(units)-1].Parent = v1alpha1.Name(fmt.Sprintf("division-%d", i))
			return structure
		}},
		{"catalog", func(i int) client.Object {
			catalog := &v1alpha1.PermissionCatalog{}
			r.check(r.api.Get(r.Context(), client.ObjectKey{Name: "bench"}, catalog))
			catalog.Spec.Qualifiers[0].Expression = v1alpha1.Expression(fmt.Sprintf("resource.id == 'r%d'", i))
			return catalog
		}},
	}
}

func (r *clusterRun) get(name string, into client.Object) {
	r.Helper()
	r.check(r.api.Get(r.Context(), client.ObjectKey{Namespace: "bench", Name: name}, into))
}

// median makes changes one after the other, and returns the median of the times until all readers have one, and of the statuses that
// are written for one.
func (r *clusterRun) median(n int, readers []*permissions.Source, next func(i int) client.Object) (time.Duration, int64) {
	r.Helper()
	took, statuses := make([]time.Duration, n), make([]int64, n)
	for i := range n {
		changed := next(i)
		revision := readers[0].State().Revision
		r.statuses.Store(0)
		began := time.Now()
		r.check(r.api.Update(r.Context(), changed))
		waiting, enough := context.WithTimeout(r.Context(), 10*time.Minute)
		for _, reader := range readers {
			if _, err := reader.AtLeast(waiting, revision+1); err != nil {
				r.Fatalf("change %d of %T %s, revision %d: %v", i, changed, changed.GetName(), revision, err)
			}
		}
		enough()
		took[i] = time.Since(began)
		r.awaitIdle(r.users, pause)
		statuses[i] = r.statuses.Load()
	}
	slices.Sort(took)
	slices.Sort(statuses)
	return took[n/2], statuses[n/2]
}

// list measures how long kubectl takes to list the assignments, beside as many ConfigMaps without data. It reads them 500 at a time, and of
// many more than these nobody looks at all.
func (r *clusterRun) list() {
	if r.users > limitedUsers {
		return
	}
	r.create(namespace("listed"))
	_ = r.sendAll(http.MethodPost, "application/json", r.users, func(i int) request {
		return request{path: "/api/v1/namespaces/listed/configmaps", body: r.json(&corev1.ConfigMap{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "listed", Name: fmt.Sprintf("user-%06d", i)},
		})}
	})
	listed, floor := r.kubectlGet("userassignments", "bench"), r.kubectlGet("configmaps", "listed")
	whole := r.kubectlGet("userassignments", "bench", "--chunk-size=0")
	r.set("kubectl get userassignments, seconds", "2, at 20,000", "%.1f", listed.Seconds())
	r.set("the same, of as many empty ConfigMaps", "", "%.1f", listed.Seconds()/floor.Seconds())
	r.set("the same in one request, with --chunk-size=0, seconds", "2, at 20,000", "%.1f", whole.Seconds())
}

// kubectlGet returns the least time in which kubectl lists what is in a namespace.
func (r *clusterRun) kubectlGet(kind, namespace string, options ...string) time.Duration {
	r.Helper()
	least := patience
	for range sharedChanges {
		began := time.Now()
		lines := strings.Count(r.kubectl(append([]string{"get", kind, "-n", namespace}, options...)...), "\n")
		least = min(least, time.Since(began))
		if lines < r.users+1 {
			r.Fatalf("kubectl get %s printed %d lines", kind, lines)
		}
	}
	return least
}

// kubectl runs kubectl as the administrator, and returns what it prints.
func (c *cluster) kubectl(arguments ...string) string {
	c.Helper()
	program, err := controlplane.Locate(controlplane.Kubectl)
	c.check(err)
	kubeconfig := filepath.Join(c.TempDir(), "kubeconfig")
	c.check(c.plane.Admin.WriteKubeconfig(kubeconfig))
	command := exec.CommandContext(c.Context(), program, append([]string{"--kubeconfig", kubeconfig}, arguments...)...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	c.check(err)
	return string(output)
}

// remove deletes the namespace of the organization, and waits until it is gone.
func (r *clusterRun) remove() {
	r.check(r.plane.StartControllers(controlplane.NamespaceController, controlplane.GarbageCollector))
	r.inside.Store(0)
	began := time.Now()
	r.check(r.api.Delete(r.Context(), namespace("bench"), client.PropagationPolicy(metav1.DeletePropagationBackground)))
	for gone := false; !gone; time.Sleep(pause / 10) {
		err := r.api.Get(r.Context(), client.ObjectKey{Name: "bench"}, &corev1.Namespace{})
		gone = apierrors.IsNotFound(err)
		r.check(client.IgnoreNotFound(err))
	}
	r.set("deleting its namespace, of deleting as many assignments", "", "%.2f", time.Since(began).Seconds()/r.deleted.Seconds())
	r.set("writes of the manager there meanwhile", "0", "%d", r.inside.Load())
}
