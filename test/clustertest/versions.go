// SPDX-License-Identifier: Apache-2.0

package clustertest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Versions are the objects that a manager could write at a moment, with their versions then.
type Versions struct {
	list     func() map[string]string
	versions map[string]string
}

// ReadVersions reads the versions of the objects of the cluster, or of those that the options select.
func ReadVersions(ctx context.Context, api client.Client, options ...client.ListOption) *Versions {
	ginkgo.GinkgoHelper()
	list := func() map[string]string { return listVersions(ctx, api, options) }
	return &Versions{list: list, versions: list()}
}

// Changed returns the objects that have been written or deleted since.
func (v *Versions) Changed() []string {
	ginkgo.GinkgoHelper()
	now := v.list()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(v.versions)), func(object string) bool {
		return now[object] == v.versions[object]
	})
}

func listVersions(ctx context.Context, api client.Client, options []client.ListOption) map[string]string {
	ginkgo.GinkgoHelper()
	versions := map[string]string{}
	for _, list := range []client.ObjectList{
		&v1alpha1.PermissionCatalogList{}, &v1alpha1.PlatformRoleList{}, &v1alpha1.PlatformAssignmentList{},
		&v1alpha1.OrganizationList{}, &v1alpha1.OrganizationStructureList{}, &v1alpha1.RoleList{}, &v1alpha1.UserAssignmentList{}, &v1alpha1.UserGroupList{},
		&v1alpha1.ApprovalChainList{}, &v1alpha1.ApprovalRequestList{}, &v1alpha1.ApprovalDecisionList{}, &corev1.ConfigMapList{},
	} {
		gomega.Expect(api.List(ctx, list, options...)).To(gomega.Succeed())
		gomega.Expect(meta.EachListItem(list, func(item runtime.Object) error {
			object := item.(client.Object)
			versions[fmt.Sprintf("%T %s", object, client.ObjectKeyFromObject(object))] = object.GetResourceVersion()
			return nil
		})).To(gomega.Succeed())
	}
	return versions
}
