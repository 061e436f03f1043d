// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/api/v1alpha1/applyconfiguration"
)

// TestConfigurationIsTheGeneratedOne fills every field of the status of every kind, and compares what is sent with what the generated
// apply configuration of the kind reads of it.
func TestConfigurationIsTheGeneratedOne(t *testing.T) {
	for kind, object := range objectsWithStatus(t) {
		status, version := statusOf(object), v1alpha1.SchemeGroupVersion.WithKind(kind)
		fill(t, status)
		sent, err := json.Marshal(configurationOf(object, version, status.Addr().Interface()))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		generated, known := applyconfiguration.ForKind(version).(runtime.ApplyConfiguration)
		if !known {
			t.Errorf("kind %s has no apply configuration", kind)
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(sent))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(generated); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		want := map[string]any{
			"apiVersion": v1alpha1.SchemeGroupVersion.String(), "kind": kind, "status": inJSON(t, status.Interface()),
			"metadata": map[string]any{"name": "this", "namespace": "here", "uid": "u", "resourceVersion": "7"},
		}
		if got := inJSON(t, generated); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: applied is\n%v\nwant\n%v", kind, got, want)
		}
	}
}

// TestAnswers tells answers apart by whose fields are in the status.
func TestAnswers(t *testing.T) {
	for managers, others := range map[string]bool{
		`{"manager":"rolewright","operation":"Apply","subresource":"status","fieldsV1":{"f:status":{}}}`:                                           false,
		`{"manager":"rolewright","operation":"Apply","subresource":"status"},{"manager":"kubectl","operation":"Update","fieldsV1":{}}`:             false,
		`{"manager":"rolewright","operation":"Apply","subresource":"status"},{"manager":"legal","operation":"Apply","subresource":"status"}`:       true,
		`{"manager":"rolewright","operation":"Apply","subresource":"status"},{"manager":"rolewright","operation":"Update","subresource":"status"}`: true,
		`{"manager":"rolewright","operation":"Update","subresource":"status"}`:                                                                     true,
		``: true,
	} {
		got := answerFor(&v1alpha1.Role{}, v1alpha1.SchemeGroupVersion.WithKind("Role"))
		text := `{"metadata":{"name":"this","resourceVersion":"8","managedFields":[` + managers + `]}}`
		if err := json.Unmarshal([]byte(text), got); err != nil {
			t.Fatal(err)
		}
		if got.isOfOthers() != others || *got.ResourceVersion != "8" {
			t.Errorf("%s: of others is %t, and the answer %+v", managers, got.isOfOthers(), got)
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
