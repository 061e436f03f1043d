// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"fmt"
	"reflect"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/test/clustertest"
)

var _ = Describe("At the API server", func() {
	for _, s := range systems {
		It("lets users administer "+s.name+" as it is prescribed, and no further", func(ctx SpecContext) {
			for _, object := range applySample(ctx, s, func([]*unstructured.Unstructured) {}) {
				Eventually(unsettled).WithContext(ctx).WithArguments(object, s.flaw(object)).Should(BeEmpty())
			}
			letEveryoneWrite(ctx, s.namespace)
			objects, err := s.objects()
			Expect(err).NotTo(HaveOccurred())
			for _, line := range s.prescribedAdministration(GinkgoTB()) {
				next := s.changed(GinkgoTB(), &objects, line.Change)
				refusals := written(ctx, as(line.Actor), &objects, &next)
				Expect(refusals).To(WithTransform(isEmpty, Equal(line.Expected)), line.Fact)
			}
		})
	}
})

// as returns the client of a user, by impersonation as with kubectl --as, whose writes are judged and not made.
func as(user string) client.Client {
	GinkgoHelper()
	config := plane.Config()
	config.Impersonate = rest.ImpersonationConfig{UserName: user}
	return client.NewDryRunClient(clustertest.NewClient(config))
}

// letEveryoneWrite gives everyone rolewright-editor in a namespace, and leave to write the organization itself.
func letEveryoneWrite(ctx SpecContext, namespace string) {
	GinkgoHelper()
	api := clustertest.NewClient(plane.Config(), clustertest.RightsSchemes...)
	organizations := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "organizations-of-" + namespace}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"organizations"}, Verbs: []string{"patch"},
	}}}
	Expect(api.Create(ctx, organizations)).To(Succeed())
	for _, role := range []string{"rolewright-editor", organizations.Name} {
		Expect(api.Create(ctx, &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: "system:authenticated"}},
		})).To(Succeed())
	}
}

// written writes each object that differs between two states, and returns why it may not be written; empty if all may be.
func written(ctx SpecContext, user client.Client, was, is *intake.Objects) (refusals string) {
	GinkgoHelper()
	before, after := byName(was), byName(is)
	for name, object := range before {
		next, still := after[name]
		var err error
		switch {
		case !still:
			err = user.Delete(ctx, object)
		case !reflect.DeepEqual(object, next):
			err = user.Apply(ctx, client.ApplyConfigurationFromUnstructured(next), client.FieldOwner("acceptance"), client.ForceOwnership)
		}
		refusals += refusal(err)
	}
	for name, object := range after {
		if _, existed := before[name]; !existed {
			err := user.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("acceptance"), client.ForceOwnership)
			refusals += refusal(err)
		}
	}
	return refusals
}

func refusal(err error) string {
	GinkgoHelper()
	if err == nil {
		return ""
	}
	Expect(apierrors.IsForbidden(err)).To(BeTrue(), "%v", err)
	Expect(err).To(MatchError(ContainSubstring("authority.rolewright.dev")))
	return err.Error() + "; "
}

// byName returns what users write of some objects, by kind and name.
func byName(objects *intake.Objects) map[string]*unstructured.Unstructured {
	GinkgoHelper()
	all := map[string]*unstructured.Unstructured{}
	add := func(kind string, object client.Object) {
		value, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		Expect(err).NotTo(HaveOccurred())
		written := &unstructured.Unstructured{Object: value}
		written.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
		unstructured.RemoveNestedField(value, "status")
		unstructured.RemoveNestedField(value, "metadata", "creationTimestamp")
		all[fmt.Sprintf("%s/%s", kind, object.GetName())] = written
	}
	for i := range objects.Organizations {
		add("Organization", &objects.Organizations[i])
	}
	for i := range objects.Structures {
		add("OrganizationStructure", &objects.Structures[i])
	}
	for i := range objects.Roles {
		add("Role", &objects.Roles[i])
	}
	for i := range objects.Assignments {
		add("UserAssignment", objects.Assignments[i])
	}
	for i := range objects.Groups {
		add("UserGroup", &objects.Groups[i])
	}
	for i := range objects.Chains {
		add("ApprovalChain", &objects.Chains[i])
	}
	return all
}

func isEmpty(text string) bool { return text == "" }
