// SPDX-License-Identifier: Apache-2.0

package conditions_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"
	kjson "sigs.k8s.io/json"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

func fingerprint(t rapid.TB, status v1alpha1.UserAssignmentStatus) conditions.Fingerprint {
	t.Helper()
	got, err := conditions.FingerprintOf(&status)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// statuses draws from few values, so that many are equal.
func drawStatus(t *rapid.T) v1alpha1.UserAssignmentStatus {
	status := v1alpha1.UserAssignmentStatus{
		ObservedGeneration: rapid.Int64Range(1, 2).Draw(t, "generation"),
		State:              rapid.SampledFrom([]v1alpha1.UserState{"", v1alpha1.UserActive, v1alpha1.UserSuspended}).Draw(t, "state"),
		Summary:            rapid.SampledFrom([]string{"", "nurse in ward-3", "\ufffd"}).Draw(t, "summary"),
		RequestedUntil:     rapid.SampledFrom([]string{"", "soon"}).Draw(t, "until"),
	}
	if rapid.Bool().Draw(t, "omits") {
		status.OmittedPermissionCount = new(rapid.Int32Range(0, 1).Draw(t, "omitted"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "scopes") {
		unit := rapid.SampledFrom([]v1alpha1.Observed{"here", "there"}).Draw(t, "unit")
		status.Effective = append(status.Effective, v1alpha1.EffectiveScope{Scope: v1alpha1.ObservedScope{Units: []v1alpha1.Observed{unit}}})
	}
	for _, kind := range []string{v1alpha1.ConditionReady, "ApprovedByLegal"} {
		if rapid.Bool().Draw(t, kind) {
			status.Conditions = append(status.Conditions, condition(kind, metav1.ConditionTrue, "as before", 1, earlier))
		}
	}
	return status
}

func TestReducedStatusesDifferWhereTheyDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawStatus(t), drawStatus(t)
		owned := func(s v1alpha1.UserAssignmentStatus) v1alpha1.UserAssignmentStatus {
			s.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c metav1.Condition) bool { return c.Type == "ApprovedByLegal" })
			if len(s.Conditions) == 0 {
				s.Conditions = nil
			}
			return s
		}
		same := reflect.DeepEqual(owned(a), owned(b))
		reducedA, reducedB := a, b
		conditions.Reduce(&reducedA)
		conditions.Reduce(&reducedB)
		if got := fingerprint(t, reducedA) == fingerprint(t, reducedB); got != same {
			t.Fatalf("reduced, they are equal: %t\n%+v\n%+v", got, a, b)
		}
		if got := conditions.UpToDate(reducedA, b); got != same {
			t.Fatalf("with the second whole, they are equal: %t\n%+v\n%+v", got, a, b)
		}
		// A cache may reduce what it holds once more.
		again := reducedA
		conditions.Reduce(&again)
		if !reflect.DeepEqual(again, reducedA) {
			t.Fatalf("reduced again, %+v is %+v", reducedA, again)
		}
		if len(reducedA.Effective) > 0 || reducedA.State != a.State || reducedA.ObservedGeneration != a.ObservedGeneration ||
			!reflect.DeepEqual(reducedA.Conditions, a.Conditions) {
			t.Fatalf("of %+v is left %+v", a, reducedA)
		}
	})
}

// TestNobodyForgesAReducedStatus writes a status that looks as if it was reduced from another, and reads it as a cache does.
func TestNobodyForgesAReducedStatus(t *testing.T) {
	desired := v1alpha1.UserAssignmentStatus{State: v1alpha1.UserActive, Summary: "nurse in ward-3"}
	genuine := desired
	conditions.Reduce(&genuine)
	for name, text := range map[string]string{
		"raw bytes": `{"state":"Active","summary":"` + genuine.Summary + `","effective":[{"scope":{"everywhere":true}}]}`,
		"an escape": `{"state":"Active","summary":"\u00ff","effective":[{"scope":{"everywhere":true}}]}`,
	} {
		for library, unmarshal := range map[string]func([]byte, any) error{
			"encoding/json": json.Unmarshal, "sigs.k8s.io/json": kjson.UnmarshalCaseSensitivePreserveInts,
		} {
			var forged v1alpha1.UserAssignmentStatus
			if err := unmarshal([]byte(text), &forged); err != nil {
				continue // It is not read at all.
			}
			conditions.Reduce(&forged)
			if len(forged.Effective) > 0 || conditions.UpToDate(forged, desired) {
				t.Errorf("%s, read by %s: the forged status is taken for a reduced one", name, library)
			}
		}
	}
}

func TestFingerprintIsOfWhatIsStored(t *testing.T) {
	a := v1alpha1.UserAssignmentStatus{RequestedRoles: []v1alpha1.RequestedRole{{Window: v1alpha1.Window{EndTime: new(metav1.NewTime(later))}}}}
	b := v1alpha1.UserAssignmentStatus{
		RequestedRoles: []v1alpha1.RequestedRole{{Window: v1alpha1.Window{EndTime: new(metav1.NewTime(later.Truncate(time.Second)))}}}, Effective: []v1alpha1.EffectiveScope{},
	}
	if fingerprint(t, a) != fingerprint(t, b) {
		t.Error("the API server keeps whole seconds, and no empty list")
	}
}
