// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// TestConfigurationKeepsEveryField fills every field of the status of every kind, and compares what is applied.
func TestConfigurationKeepsEveryField(t *testing.T) {
	for kind, object := range objectsWithStatus(t) {
		status := statusOf(object)
		fill(t, status)
		configuration, err := configurationOf(object, v1alpha1.SchemeGroupVersion.WithKind(kind), status.Addr().Interface())
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		want := map[string]any{
			"apiVersion": v1alpha1.SchemeGroupVersion.String(), "kind": kind, "status": inJSON(t, status.Interface()),
			"metadata": map[string]any{"name": "this", "namespace": "here", "uid": "u", "resourceVersion": "7"},
		}
		if got := inJSON(t, configuration); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: applied is\n%v\nwant\n%v", kind, got, want)
		}
	}
}

var scheme = func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return scheme
}()

// objectsWithStatus returns an object of every kind that has a status.
func objectsWithStatus(t *testing.T) map[string]client.Object {
	t.Helper()
	objects := map[string]client.Object{}
	for kind := range scheme.KnownTypes(v1alpha1.SchemeGroupVersion) {
		made, err := scheme.New(v1alpha1.SchemeGroupVersion.WithKind(kind))
		object, is := made.(client.Object)
		if err != nil || !is || !statusOf(object).IsValid() {
			continue
		}
		object.SetName("this")
		object.SetNamespace("here")
		object.SetUID("u")
		object.SetResourceVersion("7")
		objects[kind] = object
	}
	if len(objects) != 11 {
		t.Errorf("%d kinds have a status", len(objects))
	}
	return objects
}

func TestConfigurationOfAnUnknownKind(t *testing.T) {
	if _, err := configurationOf(&v1alpha1.Role{}, schema.GroupVersionKind{Kind: "Role"}, &v1alpha1.RoleStatus{}); err == nil {
		t.Error("the kind has no group, and there is no error")
	}
}

func inJSON(t *testing.T, value any) any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// fill sets every field to something that is not empty.
func fill(t *testing.T, value reflect.Value) {
	t.Helper()
	if value.Type() == reflect.TypeFor[metav1.Time]() {
		value.Set(reflect.ValueOf(metav1.NewTime(time.Date(2030, time.June, 1, 8, 0, 0, 0, time.UTC))))
		return
	}
	switch value.Kind() {
	case reflect.Struct:
		for _, field := range value.Fields() {
			fill(t, field)
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(t, value.Elem())
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(t, value.Index(0))
	case reflect.String:
		value.SetString("x")
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		value.SetInt(3)
	default:
		t.Fatalf("fill knows no %s", value.Kind())
	}
}
