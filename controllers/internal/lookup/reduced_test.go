// SPDX-License-Identifier: Apache-2.0

package lookup_test

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/conditions"
)

func TestReducedKeepsWhatIsRead(t *testing.T) {
	whole := &v1alpha1.UserAssignment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "UserAssignment"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "here", Name: "ana", UID: "u", ResourceVersion: "7", Generation: 2, Finalizers: []string{"example.com/keep"},
			Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: "{}", "example.com/note": "kept"},
			Labels:      map[string]string{"team": "a"},
		},
	}
	whole.Spec.OrganizationRef.Name, whole.Spec.User = "clinic", "ana"
	whole.Spec.Grants = []v1alpha1.Grant{
		{Name: "nurse", RoleRef: v1alpha1.RoleReference{Name: "nurse"}},
		{Name: "lead", RoleRef: v1alpha1.RoleReference{Kind: "PlatformRole", Name: "lead"}, Scope: &v1alpha1.Scope{
			Units: []v1alpha1.Name{"ward-3"}, UnitGroups: []v1alpha1.Name{"surgery"},
		}},
	}
	want := whole.DeepCopy()
	delete(want.Annotations, corev1.LastAppliedConfigAnnotation)
	whole.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	whole.Status.State = v1alpha1.UserActive
	whole.Status.Effective = []v1alpha1.EffectiveScope{{Scope: v1alpha1.ObservedScope{Everywhere: new(true)}}}
	status := whole.Status

	got, err := lookup.Reduced(whole)
	if err != nil {
		t.Fatal(err)
	}
	reduced := got.(*v1alpha1.UserAssignment)
	if len(reduced.Status.Effective) > 0 || !conditions.UpToDate(reduced.Status, status) || reduced.Status.State != v1alpha1.UserActive {
		t.Errorf("the status is %+v", reduced.Status)
	}
	reduced.Status = v1alpha1.UserAssignmentStatus{}
	if !reflect.DeepEqual(reduced, want) {
		t.Errorf("cached is\n%+v\nwant\n%+v", reduced, want)
	}
}

func TestReducedLeavesOtherObjects(t *testing.T) {
	role := &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{Name: "nurse"}, Status: v1alpha1.RoleStatus{HolderCount: new(int32(3))}}
	got, err := lookup.Reduced(role)
	if err != nil || !reflect.DeepEqual(got, &v1alpha1.Role{ObjectMeta: metav1.ObjectMeta{Name: "nurse"}, Status: role.Status}) {
		t.Errorf("it is %+v, %v", got, err)
	}
}
