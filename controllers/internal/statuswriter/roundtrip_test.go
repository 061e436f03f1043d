// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"encoding/json"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kjson "k8s.io/apimachinery/pkg/util/json"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/config/crd"
	"github.com/rolewright/rolewright/internal/conditions"
)

// TestWhatIsWrittenReadsBackAsEqual: a status of any content, sent as it is applied, and read back as the API server prunes and
// completes it, is not written again.
func TestWhatIsWrittenReadsBackAsEqual(t *testing.T) {
	schemas := storedSchemas(t)
	for kind, object := range objectsWithStatus(t) {
		t.Run(kind, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				status := statusOf(object)
				draw(t, status)
				stored := object.DeepCopyObject().(client.Object)
				statusOf(stored).SetZero()
				readBack(t, kind, schemas[kind], object, stored)
				if !upToDate(t, stored, object) {
					t.Fatalf("read back is\n%+v\nwritten was\n%+v", statusOf(stored).Interface(), status.Interface())
				}
			})
		})
	}
}

// storedSchemas returns the schema by which the API server stores each kind.
func storedSchemas(t *testing.T) map[string]*structuralschema.Structural {
	t.Helper()
	files, err := fs.Glob(crd.Bases, "bases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*structuralschema.Structural{}
	for _, file := range files {
		data, err := fs.ReadFile(crd.Bases, file)
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		var properties apiextensions.JSONSchemaProps
		if err := yaml.UnmarshalStrict(data, &definition); err != nil {
			t.Fatal(err)
		}
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
			definition.Spec.Versions[0].Schema.OpenAPIV3Schema, &properties, nil); err != nil {
			t.Fatal(err)
		}
		if schemas[definition.Spec.Names.Kind], err = structuralschema.NewStructural(&properties); err != nil {
			t.Fatal(err)
		}
	}
	return schemas
}

// readBack writes the status of an object, and reads it into another.
func readBack(t *rapid.T, kind string, schema *structuralschema.Structural, object, into client.Object) {
	sent, err := json.Marshal(configurationOf(object, v1alpha1.SchemeGroupVersion.WithKind(kind), statusOf(object).Addr().Interface()))
	if err != nil {
		t.Fatal(err)
	}
	var stored map[string]any
	if err := kjson.Unmarshal(sent, &stored); err != nil {
		t.Fatal(err)
	}
	unknown := pruning.PruneWithOptions(stored, schema, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if len(unknown) > 0 {
		t.Fatalf("the schema does not know %v", unknown)
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(stored, schema)
	defaulting.Default(stored, schema)
	read, err := json.Marshal(stored)
	if err == nil {
		err = json.Unmarshal(read, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// upToDate reports whether the writer leaves the status of an object as it is, if another object has the desired one.
func upToDate(t *rapid.T, current, desired client.Object) bool {
	switch c := current.(type) {
	case *v1alpha1.PermissionCatalog:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.PermissionCatalog).Status)
	case *v1alpha1.PlatformRole:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.PlatformRole).Status)
	case *v1alpha1.PlatformAssignment:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.PlatformAssignment).Status)
	case *v1alpha1.Organization:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.Organization).Status)
	case *v1alpha1.OrganizationStructure:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.OrganizationStructure).Status)
	case *v1alpha1.Role:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.Role).Status)
	case *v1alpha1.UserAssignment:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.UserAssignment).Status)
	case *v1alpha1.UserGroup:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.UserGroup).Status)
	case *v1alpha1.ApprovalChain:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.ApprovalChain).Status)
	case *v1alpha1.ApprovalRequest:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.ApprovalRequest).Status)
	case *v1alpha1.ApprovalDecision:
		return conditions.UpToDate(c.Status, desired.(*v1alpha1.ApprovalDecision).Status)
	}
	t.Fatalf("the status of %T is not compared", current)
	return false
}

// texts are those of a field: none, plain, of other alphabets, with what JSON escapes, and what is not Unicode.
var texts = rapid.SampledFrom([]string{"", "x", "ward 7", "Käthe", "<&>\u2028", "a\xffb", "2030-01-01T00:00:00.5Z"})

// draw sets a field to anything that its type can be.
func draw(t *rapid.T, value reflect.Value) {
	switch value.Type() {
	case reflect.TypeFor[metav1.Time]():
		value.Set(reflect.ValueOf(metav1.NewTime(drawTime(t))))
		return
	case reflect.TypeFor[metav1.Condition]():
		drawFields(t, value)
		value.FieldByName("Type").SetString(rapid.SampledFrom(v1alpha1.ConditionTypes()).Draw(t, "type"))
		return
	}
	switch value.Kind() {
	case reflect.Struct:
		drawFields(t, value)
	case reflect.Pointer:
		value.SetZero()
		if rapid.Bool().Draw(t, "set") {
			value.Set(reflect.New(value.Type().Elem()))
			draw(t, value.Elem())
		}
	case reflect.Slice:
		value.SetZero()
		least := -1
		if value.Type() == reflect.TypeFor[[]metav1.Condition]() {
			// The manager writes no status without conditions, and one without any reads as not observed.
			least = 1
		}
		if n := rapid.IntRange(least, 2).Draw(t, "length"); n >= 0 {
			value.Set(reflect.MakeSlice(value.Type(), n, n))
		}
		for i := range value.Len() {
			draw(t, value.Index(i))
		}
	case reflect.String:
		value.SetString(texts.Draw(t, "text"))
	case reflect.Bool:
		value.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Int32:
		value.SetInt(int64(rapid.Int32().Draw(t, "number")))
	case reflect.Int64:
		value.SetInt(rapid.Int64().Draw(t, "number"))
	default:
		t.Fatalf("draw knows no %s", value.Kind())
	}
}

func drawFields(t *rapid.T, value reflect.Value) {
	for _, field := range value.Fields() {
		draw(t, field)
	}
}

// drawTime returns a time with a fraction of a second, in any zone; or none.
func drawTime(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "no time") {
		return time.Time{}
	}
	zone := time.FixedZone("", 60*rapid.IntRange(-720, 720).Draw(t, "zone"))
	return time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "fraction")).In(zone)
}
