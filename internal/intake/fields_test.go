// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// unread are the fields that decide nothing, by name: people read them, or a controller does.
var unread = []string{
	"DisplayName", "Description", "Reason", "Category",
	"OrganizationRef", "Selector", "ApprovalRetention", "Publishing", "AssignmentStatusDetail", "Reminders", "TTLSecondsAfterFinished",
}

// TestEveryFieldIsRead: whatever field of an object changes, what it is translated to changes too. Where the field counts for
// some value of another field alone, such as the type of a constraint, one such value is enough.
func TestEveryFieldIsRead(t *testing.T) {
	variants := constants(t)
	for name, translate := range map[string]struct {
		spec reflect.Type
		of   func(spec reflect.Value) any
	}{
		"PermissionCatalog": reads(func(s v1alpha1.PermissionCatalogSpec) any {
			return intake.Catalog(&v1alpha1.PermissionCatalog{Spec: s})
		}),
		"Organization": reads(func(s v1alpha1.OrganizationSpec) any { return intake.Organization(&v1alpha1.Organization{Spec: s}) }),
		"OrganizationStructure": reads(func(s v1alpha1.OrganizationStructureSpec) any {
			return intake.Structure(&v1alpha1.OrganizationStructure{Spec: s})
		}),
		"Role":           reads(func(s v1alpha1.RoleSpec) any { return intake.Role(&v1alpha1.Role{Spec: s}) }),
		"PlatformRole":   reads(func(s v1alpha1.PlatformRoleSpec) any { return intake.PlatformRole(&v1alpha1.PlatformRole{Spec: s}) }),
		"UserAssignment": reads(func(s v1alpha1.UserAssignmentSpec) any { return intake.Assignment(&v1alpha1.UserAssignment{Spec: s}) }),
		"PlatformAssignment": reads(func(s v1alpha1.PlatformAssignmentSpec) any {
			return intake.PlatformAssignment(&v1alpha1.PlatformAssignment{Spec: s}, nil)
		}),
		"UserGroup":     reads(func(s v1alpha1.UserGroupSpec) any { return intake.Group(&v1alpha1.UserGroup{Spec: s}) }),
		"ApprovalChain": reads(func(s v1alpha1.ApprovalChainSpec) any { return intake.Chain(&v1alpha1.ApprovalChain{Spec: s}) }),
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for variant := range 6 {
				filled := func() reflect.Value {
					f := filler{variants: variants, variant: variant}
					spec := reflect.New(translate.spec).Elem()
					f.fill(spec)
					return spec
				}
				before, spec := translate.of(filled()), filled()
				f := filler{variants: variants, variant: variant}
				f.change(spec, name, func(field string) {
					seen[field] = seen[field] || !reflect.DeepEqual(before, translate.of(spec))
				})
			}
			for _, field := range slices.Sorted(maps.Keys(seen)) {
				if !seen[field] {
					t.Errorf("%s changes nothing", field)
				}
			}
		})
	}
}

// reads makes a translation of one type of spec one of any.
func reads[S any](translate func(S) any) struct {
	spec reflect.Type
	of   func(spec reflect.Value) any
} {
	return struct {
		spec reflect.Type
		of   func(spec reflect.Value) any
	}{reflect.TypeFor[S](), func(spec reflect.Value) any { return translate(spec.Interface().(S)) }}
}

// filler gives every field a value of its own.
type filler struct {
	// variants are the values of enumerations, and variant says which of them is taken.
	variants map[string][]string
	variant  int
	count    int
}

var (
	timeType  = reflect.TypeFor[metav1.Time]()
	valueType = reflect.TypeFor[v1alpha1.Attributes]().Elem()
)

// fill fills a value, with two elements in each list and one in each map.
func (f *filler) fill(v reflect.Value) {
	f.count++
	if f.leaf(v, f.variant, strconv.Itoa(f.count)) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		key, element := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(element)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, element)
	default:
		panic("no value for " + v.Type().String())
	}
}

// leaf sets a value that has no parts, and reports whether it is one.
func (f *filler) leaf(v reflect.Value, variant int, text string) bool {
	number, _ := strconv.Atoi(text)
	switch {
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(metav1.NewTime(time.Unix(int64(number), 0))))
	case v.Type() == valueType:
		v.FieldByName("Raw").SetBytes([]byte(text))
	case v.Kind() == reflect.String:
		if values := f.variants[v.Type().Name()]; len(values) > 0 {
			text = values[variant%len(values)]
		}
		v.SetString(text)
	case v.CanInt():
		v.SetInt(int64(number))
	case v.Kind() == reflect.Bool:
		v.SetBool(variant%2 == 0)
	default:
		return false
	}
	return true
}

// change changes the fields one after the other, calls changed for each, and sets it back.
func (f *filler) change(v reflect.Value, path string, changed func(field string)) {
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	if f.leaf(v, f.variant+1, "77777") {
		changed(path)
		v.Set(was)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); !slices.Contains(unread, field.Name) {
				f.change(v.Field(i), path+"."+field.Name, changed)
			}
		}
	case reflect.Pointer:
		v.SetZero()
		changed(path)
		v.Set(was)
		f.change(v.Elem(), path, changed)
	case reflect.Slice:
		v.SetLen(1)
		changed(path)
		v.Set(was)
		f.change(v.Index(0), path+"[]", changed)
		f.change(v.Index(1), path+"[]", changed)
	case reflect.Map:
		v.SetZero()
		changed(path)
		v.Set(was)
		for _, key := range v.MapKeys() {
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(v.MapIndex(key))
			f.change(element, path+"{}", func(field string) {
				other := reflect.MakeMap(v.Type())
				other.SetMapIndex(key, element)
				v.Set(other)
				changed(field)
				v.Set(was)
			})
		}
	}
}

// constants returns the constants of the API by the name of their type.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "api", "v1alpha1", "*_types.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no types of the API: %v", err)
	}
	found := map[string][]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			if spec, is := node.(*ast.ValueSpec); is && spec.Type != nil && len(spec.Values) == 1 {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatalf("%s: %s is no text: %v", file, spec.Names[0], err)
				}
				found[fmt.Sprint(spec.Type)] = append(found[fmt.Sprint(spec.Type)], strings.TrimSpace(text))
			}
			return true
		})
	}
	return found
}
