// SPDX-License-Identifier: Apache-2.0

package view

import (
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// proposals are changes of an object of a sample, of which each is proposed alone. An object that a proposal does not concern stays.
var proposals = map[string]func(object metav1.Object) bool{
	"no grants": func(object metav1.Object) bool {
		a, is := object.(*v1alpha1.UserAssignment)
		if is {
			a.Spec.Grants = nil
		}
		return is
	},
	"another user": func(object metav1.Object) bool {
		a, is := object.(*v1alpha1.UserAssignment)
		if is {
			a.Spec.User = "another-user"
		}
		return is
	},
	"a second assignment of the user": func(object metav1.Object) bool {
		a, is := object.(*v1alpha1.UserAssignment)
		if is {
			a.Name, a.Spec.Grants = a.Name+"-more", nil
			a.Spec.State = v1alpha1.UserSuspended
		}
		return is
	},
	"no members": func(object metav1.Object) bool {
		g, is := object.(*v1alpha1.UserGroup)
		if is {
			g.Spec.Members = nil
		}
		return is
	},
	"no rules": func(object metav1.Object) bool {
		r, is := object.(*v1alpha1.Role)
		if is {
			r.Spec.Rules = nil
		}
		return is
	},
	"no features": func(object metav1.Object) bool {
		o, is := object.(*v1alpha1.Organization)
		if is {
			o.Spec.Features = nil
		}
		return is
	},
}

// fromScratch returns the difference between an organization and what it is once an object is applied, of two resolutions that share
// nothing.
func fromScratch(t *testing.T, o *state.Organization, applied metav1.Object) *report.Sheet {
	t.Helper()
	var given intake.Objects
	given.Append(applied)
	after := o.Objects.Overlaid(&given)
	world := intake.World(o.Namespace, o.Name, intake.ByOrganization(&after)[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}])
	world.Elsewhere = intake.Elsewhere(&after)
	difference, err := change.Between(o.Resolution, resolve.Organization(&world), change.Options{At: now, OmitLeft: true})
	if err != nil {
		t.Fatal(err)
	}
	return report.NewSheet(difference)
}

// TestWhatIfIsWhole: what manifests would change is what a resolution from scratch says that they would, though only what may differ is
// resolved again.
func TestWhatIfIsWhole(t *testing.T) {
	compared, differ := 0, 0
	for _, sample := range []string{"quickstart", "contracts", "performance", "workorders"} {
		o := read(t, "../../../config/samples/"+sample)
		var names []string
		for name := range proposals {
			names = append(names, name)
		}
		slices.Sort(names)
		for ref, object := range o.Objects.All() {
			for _, name := range names {
				applied := intake.NewObject(ref.Kind)
				text, err := yaml.Marshal(object)
				if err != nil {
					t.Fatal(err)
				}
				if err := yaml.Unmarshal(text, applied); err != nil {
					t.Fatal(err)
				}
				if !proposals[name](applied) {
					continue
				}
				if text, err = yaml.Marshal(applied); err != nil {
					t.Fatal(err)
				}
				got := NewWhatIf(t.Context(), o, Proposal{Manifests: string(text)}, now)
				if got.Wrong != "" || got.Unacceptable {
					continue
				}
				compared++
				want := fromScratch(t, o, applied)
				if !reflect.DeepEqual(got.Sheet, want) {
					t.Errorf("%s of %s: %+v\nfrom scratch: %+v", name, ref, got.Sheet, want)
				}
				if len(want.Tables) > 0 {
					differ++
				}
			}
		}
	}
	if compared < 50 || differ < 20 {
		t.Errorf("%d proposals are compared, of which %d change what users may do", compared, differ)
	}
}
