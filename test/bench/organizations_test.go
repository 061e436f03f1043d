// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// clusterOrganizations is the environment variable that names how many organizations the cluster of BenchmarkOrganizations has, and
// clusterMembers that for the number of users of each.
const (
	clusterOrganizations = "ROLEWRIGHT_BENCH_CLUSTER_ORGANIZATIONS"
	clusterMembers       = "ROLEWRIGHT_BENCH_CLUSTER_MEMBERS"
)

// BenchmarkOrganizations changes a catalog that many organizations have in common, on an API server of its own. It reports how long it takes
// until all are published, how long a change of one organization's own takes in the middle of that, and beside it alone; and how many writes
// each organization cost. It takes minutes, so it runs only where the variable is set.
func BenchmarkOrganizations(b *testing.B) {
	count, err := strconv.Atoi(os.Getenv(clusterOrganizations))
	if err != nil {
		b.Skipf("set %s to a number of organizations, and %s to that of the users of each", clusterOrganizations, clusterMembers)
	}
	members, err := strconv.Atoi(os.Getenv(clusterMembers))
	if err != nil {
		members = 50
	}
	c := &organizationsCluster{cluster: startCluster(b), count: count, members: members}
	c.seed()
	b.Cleanup(c.startManager())
	c.awaitRevisions(1)
	c.awaitQuiet()
	b.ReportMetric(float64(c.changeOne().Milliseconds()), "ms-own-alone")
	c.awaitQuiet()
	c.writes.Store(0)
	start := time.Now()
	c.changeCatalog()
	own := c.changeOne()
	c.awaitPublished(2)
	b.ReportMetric(time.Since(start).Seconds(), "s-to-all")
	c.awaitRevisions(2)
	b.ReportMetric(time.Since(start).Seconds(), "s-to-all-statuses")
	b.ReportMetric(float64(own.Milliseconds()), "ms-own-meanwhile")
	c.awaitQuiet()
	b.ReportMetric(float64(c.writes.Load())/float64(count), "writes/organization")
	b.ReportMetric(0, "ns/op")
}

// organizationsCluster is a cluster with many small organizations.
type organizationsCluster struct {
	*cluster
	count, members int
}

func organizationName(i int) string { return fmt.Sprintf("ward-%04d", i) }

func (c *organizationsCluster) seed() {
	c.Helper()
	options, err := controllers.ManagerOptions()
	c.check(err)
	c.api, err = client.New(c.config, client.Options{Scheme: options.Scheme})
	c.check(err)
	catalog := &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "orders"}, Spec: v1alpha1.PermissionCatalogSpec{
		Sections: []v1alpha1.Section{{Name: "orders"}},
		Qualifiers: []v1alpha1.Qualifier{
			{Name: "own", Expression: "resource.properties.owner == subject.id"}, {Name: "small", Expression: "resource.properties.value < 1000.0"},
		},
	}}
	for i := range 40 {
		catalog.Spec.Permissions = append(catalog.Spec.Permissions, v1alpha1.Permission{
			Name: v1alpha1.PermissionName(fmt.Sprintf("orders.action-%02d", i)), Section: "orders",
		})
	}
	c.create(catalog)
	c.create(&v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: "nurse"}, Spec: v1alpha1.PlatformRoleSpec{
		CatalogRef: v1alpha1.CatalogReference{Name: "orders"}, AssignableScope: v1alpha1.AssignableScopeOrganization,
		RoleDefinition: v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Sections: []v1alpha1.SectionSelector{"orders"}, Qualifiers: []v1alpha1.Name{"own"}}}},
	}})
	workqueue.ParallelizeUntil(c.Context(), 32, c.count*c.members, func(i int) {
		c.create(c.assignment(organizationName(i%c.count), fmt.Sprintf("user-%03d", i/c.count)))
	})
	workqueue.ParallelizeUntil(c.Context(), 32, c.count, func(i int) {
		c.create(&v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: organizationName(i)},
			Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "orders"}},
		})
	})
}

func (c *organizationsCluster) assignment(organization, user string) *v1alpha1.UserAssignment {
	return &v1alpha1.UserAssignment{
		ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: organization + "-" + user},
		Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: organization}, User: v1alpha1.UserID(user),
			Grants: []v1alpha1.Grant{{
				Name: "nurse", RoleRef: v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: "nurse"},
				Scope: &v1alpha1.Scope{Everywhere: new(true)},
			}},
		},
	}
}

// changeCatalog changes what every document says.
func (c *organizationsCluster) changeCatalog() {
	c.Helper()
	catalog := &v1alpha1.PermissionCatalog{}
	c.check(c.api.Get(c.Context(), client.ObjectKey{Name: "orders"}, catalog))
	catalog.Spec.Qualifiers[0].Expression = "resource.properties.author == subject.id"
	c.check(c.api.Update(c.Context(), catalog))
}

// changeOne suspends a user of the last organization, or lets them act again, and returns how long it takes until that is published.
func (c *organizationsCluster) changeOne() time.Duration {
	c.Helper()
	name := organizationName(c.count - 1)
	assignment := c.assignment(name, "user-000")
	c.check(c.api.Get(c.Context(), client.ObjectKeyFromObject(assignment), assignment))
	suspended := assignment.Spec.State != v1alpha1.UserSuspended
	assignment.Spec.State = v1alpha1.UserActive
	if suspended {
		assignment.Spec.State = v1alpha1.UserSuspended
	}
	start := time.Now()
	c.check(c.api.Update(c.Context(), assignment))
	for {
		configMap := &corev1.ConfigMap{}
		c.check(c.api.Get(c.Context(), client.ObjectKey{Namespace: metav1.NamespaceDefault, Name: name + "-permissions"}, configMap))
		_, doc, err := document.ReadPublication(configMap.Data)
		c.check(err)
		if doc.Users["user-000"].Suspended == suspended {
			return time.Since(start)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// awaitQuiet waits until nothing has been written for a while.
func (c *organizationsCluster) awaitQuiet() {
	c.Helper()
	for last := int64(-1); last != c.writes.Load(); time.Sleep(calm) {
		last = c.writes.Load()
	}
}

// awaitPublished waits until readers of every organization see a revision.
func (c *organizationsCluster) awaitPublished(least int64) {
	c.Helper()
	for there := 0; there < c.count; time.Sleep(pause) {
		list := &corev1.ConfigMapList{}
		c.check(c.api.List(c.Context(), list, client.InNamespace(metav1.NamespaceDefault), client.HasLabels{document.LabelOrganization}))
		there = 0
		for i := range list.Items {
			if publication, err := document.ParsePublication([]byte(list.Items[i].Data[document.PublicationKey])); err == nil &&
				publication.Revision >= least {
				there++
			}
		}
	}
}

// awaitRevisions waits until the status of every organization says that it is published at a revision.
func (c *organizationsCluster) awaitRevisions(least int64) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 40*time.Minute)
	defer cancel()
	for {
		list, there := &v1alpha1.OrganizationList{}, 0
		c.check(c.api.List(ctx, list))
		for i := range list.Items {
			if published := list.Items[i].Status.Publication; published != nil && published.Revision >= least {
				there++
			}
		}
		if there == c.count {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}
