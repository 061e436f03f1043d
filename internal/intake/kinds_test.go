// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"os"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// TestKinds: the kinds are those of the CustomResourceDefinitions, by the same names and in the same scope, and a list holds objects of its
// kind. Only decisions are none of Objects.
func TestKinds(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	kinds := intake.Kinds()
	for _, kind := range kinds {
		definition, err := os.ReadFile("../../config/crd/bases/rolewright.dev_" + kind.Resource + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		scope := "Cluster"
		if kind.Namespaced {
			scope = "Namespaced"
		}
		for _, line := range []string{"    kind: " + kind.Name, "    plural: " + kind.Resource, "  scope: " + scope} {
			if !strings.Contains(string(definition), line+"\n") {
				t.Errorf("the definition of %s lacks %q", kind.Name, line)
			}
		}
		for object, want := range map[runtime.Object]string{kind.NewObject(): kind.Name, kind.NewList(): kind.Name + "List"} {
			if known, _, err := scheme.ObjectKinds(object); err != nil || known[0].Kind != want {
				t.Errorf("%s is %v, not %s: %v", kind.Name, known, want, err)
			}
		}
		if first, second := kind.NewList(), kind.NewList(); first == second {
			t.Errorf("%s has one list", kind.Name)
		}
	}
	files, err := os.ReadDir("../../config/crd/bases")
	if err != nil || len(files) != len(kinds)+1 {
		t.Errorf("%d definitions, %d kinds, and decisions: %v", len(files), len(kinds), err)
	}
}

// TestHold: what is held is what was given, in its order, and what was given leads to it then.
func TestHold(t *testing.T) {
	for _, kind := range intake.Kinds() {
		var o intake.Objects
		given := make([]intake.Object, 2)
		for i, name := range []string{"b", "a"} {
			given[i] = kind.NewObject()
			given[i].SetName(name)
		}
		kind.Hold(&o, given)
		at := 0
		for ref, held := range o.All() {
			if ref.Kind != kind.Name || held != metav1.Object(given[at]) {
				t.Errorf("%v is held in place %d", ref, at)
			}
			at++
		}
		if at != len(given) {
			t.Errorf("%s: %d are held", kind.Name, at)
		}
		list := kind.NewList()
		if err := meta.SetList(list, []runtime.Object{given[0], given[1]}); err != nil || meta.LenList(list) != 2 {
			t.Errorf("%s: a list takes no such objects: %v", kind.Name, err)
		}
	}
}

// TestIn finds the objects of a namespace among those of all, and none without.
func TestIn(t *testing.T) {
	var o intake.Objects
	for _, namespace := range []string{"a", "b", "b", "d"} {
		for _, kind := range intake.Kinds() {
			object := kind.NewObject()
			object.SetNamespace(namespace)
			o.Append(object)
		}
	}
	namespaced := 0
	for _, kind := range intake.Kinds() {
		if kind.Namespaced {
			namespaced++
		}
	}
	for namespace, want := range map[string]int{"": 0, "a": 1, "b": 2, "c": 0, "d": 1, "e": 0} {
		found, count := o.In(namespace), 0
		for ref := range found.All() {
			if ref.Namespace != namespace || ref.Kind == model.KindCatalog {
				t.Errorf("%q has %v", namespace, ref)
			}
			count++
		}
		if count != want*namespaced {
			t.Errorf("%q has %d", namespace, count)
		}
	}
}
