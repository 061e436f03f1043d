// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

// TestVocabulariesOfNamespaces: what one who may write ConfigMaps in a namespace writes about a catalog counts in that namespace alone.
func TestVocabulariesOfNamespaces(t *testing.T) {
	published := func(namespace, permission string) *corev1.ConfigMap {
		catalog := v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "shop"}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "desk"}},
			Permissions: []v1alpha1.Permission{{Name: v1alpha1.PermissionName(permission), Section: "desk"}},
		}}
		binary, text, err := vocabulary.Data([]v1alpha1.PermissionCatalog{catalog}, nil)
		if err != nil {
			t.Fatal(err)
		}
		meta := metav1.ObjectMeta{Namespace: namespace, Name: vocabulary.Name}
		return &corev1.ConfigMap{ObjectMeta: meta, BinaryData: binary, Data: text}
	}
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	s := &Source{
		client:       fake.NewClientBuilder().WithScheme(scheme).WithObjects(published("east", "sell"), published("west", "steal")).Build(),
		vocabularies: vocabularies{}, builders: map[string]*state.Builder{}, log: logr.Discard(),
	}
	r := &reading{}
	for _, k := range newKinds() {
		if k.name == model.KindCatalog || k.name == model.KindPlatformRole {
			r.problems = append(r.problems, problem{kind: k, outcome: refused, err: errors.New("no")})
		}
	}
	for _, namespace := range []string{"east", "north", "west"} {
		r.Organizations = append(r.Organizations, v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "shop"},
			Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "shop"}},
		})
	}
	made, err := s.stateOf(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for namespace, permission := range map[string]string{"east": "sell", "west": "steal"} {
		known := made.Organization(namespace, "shop").Document.Permissions
		if _, has := known[permission]; !has || len(known) != 1 {
			t.Errorf("%s has the permissions %v", namespace, known)
		}
	}
	without := made.Organization("north", "shop")
	if without.Document != nil || !strings.Contains(without.Unresolved, "nor read what is published of them in namespace north") {
		t.Errorf("without a vocabulary it is %q", without.Unresolved)
	}
	if len(made.Objects.Catalogs) != 1 || len(made.Lacking) != 1 {
		t.Errorf("%d catalogs, lacking %v", len(made.Objects.Catalogs), made.Lacking)
	}
}
