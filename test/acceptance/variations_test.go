// SPDX-License-Identifier: Apache-2.0

package acceptance

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// question asks whether a user may do something, with no property but the unit, and has the prescribed answer.
type question struct {
	user, permission, unit string
	want                   bool
}

func (q question) request() *access.Request {
	r := &access.Request{
		Subject:  access.Subject{Type: access.SubjectTypeUser, ID: q.user},
		Action:   access.Action{Name: q.permission},
		Resource: access.Resource{Type: "item", ID: "1"},
	}
	if q.unit != "" {
		r.Resource.Properties = map[string]any{access.PropertyUnit: q.unit}
	}
	return r
}

// ask checks the answers of a document at a time.
func ask(t *testing.T, doc *document.Document, at time.Time, questions []question) {
	t.Helper()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return at }))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		if got := index.Check(q.request()); got != q.want {
			t.Errorf("decided %t, prescribed is %t\n%s", got, q.want, index.Explain(q.request()))
		}
	}
}

// vary resolves a sample after a change of its objects.
func vary(t *testing.T, s system, change func(*intake.Objects)) *resolve.Resolution {
	t.Helper()
	objects, err := s.objects()
	if err != nil {
		t.Fatal(err)
	}
	change(&objects)
	worlds := intake.Worlds(objects)
	if len(worlds) != 1 {
		t.Fatalf("there are %d organizations", len(worlds))
	}
	return resolve.Organization(&worlds[0])
}

// administrator returns another administrator of the agency.
func administrator(name string) *v1alpha1.UserAssignment {
	return assignment(name, v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: "agency-administrator"})
}

// assignment gives another user of the agency a role everywhere.
func assignment(name string, role v1alpha1.RoleReference) *v1alpha1.UserAssignment {
	everywhere := true
	a := &v1alpha1.UserAssignment{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: homehealth.namespace}}
	a.Spec.OrganizationRef.Name = homehealth.organization
	a.Spec.User = v1alpha1.UserID(name + "@sunrise.example")
	a.Spec.Grants = []v1alpha1.Grant{{Name: v1alpha1.EntryName(role.Name), RoleRef: role, Scope: &v1alpha1.Scope{Everywhere: &everywhere}}}
	return a
}

// Grants begin and end on the second.
func TestCoverage(t *testing.T) {
	doc := resolveSystem(t, homehealth)
	begin, end, far := date(2020), date(2021), date(2999)
	for _, test := range []struct {
		user string
		at   time.Time
		want bool
	}{
		{"cara", begin.Add(-time.Nanosecond), false}, {"cara", begin, true}, {"cara", end.Add(-time.Nanosecond), true}, {"cara", end, false},
		{"fay", far.Add(-time.Nanosecond), false}, {"fay", far, true},
		{"gwen", begin.Add(-time.Nanosecond), false}, {"gwen", begin, true}, {"gwen", far.Add(-time.Nanosecond), true}, {"gwen", far, false},
		{"tess", begin, false}, {"tess", far, false},
	} {
		ask(t, doc, test.at, []question{{test.user + "@sunrise.example", "VIEW_CLAIMS", "south-branch", test.want}})
	}
}

func date(year int) time.Time { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC) }

// The clinician among clinical managers documents visits, once the grant says so.
func TestClinicianEntitlement(t *testing.T) {
	resolution := vary(t, homehealth, func(o *intake.Objects) {
		for i := range o.Assignments {
			if o.Assignments[i].Name == "cleo" {
				o.Assignments[i].Spec.Grants[0].Entitlements = []v1alpha1.Name{"clinician"}
			}
		}
	})
	ask(t, resolution.Document, clock(), []question{
		{"cleo@sunrise.example", "DOCUMENT_SN_VISIT", "south-branch", true},
		{"cleo@sunrise.example", "DOCUMENT_LVN_VISIT", "", true},
		{"cleo@sunrise.example", "DOCUMENT_HHA_VISIT", "", false},
	})
}

// What is denied to cal stays denied, whatever else cal is granted, and a granted permission does not extend to others.
func TestOverridesStandBesideFurtherGrants(t *testing.T) {
	resolution := vary(t, contracts, func(o *intake.Objects) {
		for i := range o.Assignments {
			if o.Assignments[i].Name == "cal" {
				o.Assignments[i].Spec.Grants[0].Scope.Units = []v1alpha1.Name{"health-system"}
			}
		}
	})
	for _, unit := range []string{"", "hospital-1", "west", "hospital-3"} {
		ask(t, resolution.Document, clock(), []question{
			{"cal@contracts.example", "contracts.terminate", unit, false},
			{"cal@contracts.example", "contracts.update", unit, true},
			{"cal@contracts.example", "contracts.export", unit, unit == "hospital-3"},
		})
	}
}

// In a district without electronic orders technicians have no access, and the matrix does not change.
func TestDistrictWithoutElectronicOrders(t *testing.T) {
	resolution := vary(t, workorders, func(o *intake.Objects) { o.Organizations[0].Spec.Features = nil })
	prescribed, _, err := workorders.prescribedMatrix()
	if err != nil {
		t.Fatal(err)
	}
	resolved, _ := resolvedMatrix(resolution.Document)
	for _, difference := range resolved.differences(prescribed) {
		t.Error(difference)
	}
	index, err := engine.NewIndex(resolution.Document, engine.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	prescriptions, err := workorders.prescriptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prescriptions {
		want := p.Expected && p.Request.Subject.ID != "tia@district.example"
		if got := index.Check(&p.Request); got != want {
			t.Errorf("%s: %s: decided %t without the feature", p.place, p.Fact, got)
		}
	}
}
