// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
)

// people is one person who looks.
type people struct {
	user, session string
	client        client.Client
}

func (p *people) Person(context.Context) (*console.Person, error) {
	return &console.Person{User: v1alpha1.UserID(p.user), Client: p.client, Session: p.session}, nil
}

// library is a cluster with the library of the samples, in which cho is asked whether rosa may be curator for a while.
type library struct {
	*testing.T
	client client.Client
	source source
	// refuse, unless it is nil, is what the API server says of whatever is written.
	refuse error
	// creations counts writes.
	creations int
}

const nastyReason = `Stocktaking "><script>alert(1)</script>`

func newLibrary(t *testing.T) *library {
	t.Helper()
	l := &library{T: t, source: source{state: stateOf(t, "../../config/samples/quickstart")}}
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	request := &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "quickstart", Name: "access-1", UID: "u1", CreationTimestamp: metav1.Time{Time: now.Add(-time.Hour)}},
		Spec: v1alpha1.ApprovalRequestSpec{
			OrganizationRef: v1alpha1.OrganizationReference{Name: "quickstart"}, RequestType: "access", Requester: "rosa@library.example", Unit: "hill",
			Justification: nastyReason,
			Grant:         &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "librarian"}},
		},
		Status: v1alpha1.ApprovalRequestStatus{
			BeneficiaryRecords: []v1alpha1.UserRecord{{Kind: "UserAssignment", UID: "uid of rosa@library.example"}},
			State:              v1alpha1.RequestPending, Message: "waits for cho", Deputies: []v1alpha1.Observed{"dee"},
			Chain: &v1alpha1.RequestChain{
				Name: "access", Digest: v1alpha1.ChainDigest("sha256:" + strings.Repeat("a", 64)), OnBehalfPermission: "deputize",
				Steps: []v1alpha1.RequestStep{{Name: "head", Approvers: []v1alpha1.RequestApprover{{User: "cho"}}}},
				Grant: &v1alpha1.RequestChainGrant{DurationSeconds: 3600, Permissions: []v1alpha1.Observed{"loans.create"}},
			},
			Steps: []v1alpha1.StepProgress{{Name: "head", State: v1alpha1.StepOpen, WaitingFor: []v1alpha1.Observed{"cho"}}},
		},
	}
	l.source.state.Objects.Requests = append(l.source.state.Objects.Requests, *request)
	o := l.source.state.Organization("quickstart", "quickstart")
	o.Members.Requests = append(o.Members.Requests, *request)
	for _, assignment := range o.Members.Assignments {
		// The role goes to the person whom the API server's records tell from others of the same id.
		assignment.UID = types.UID("uid of " + assignment.Spec.User)
	}
	create := func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
		if l.refuse != nil {
			return l.refuse
		}
		l.creations++
		switch written := object.(type) {
		case *v1alpha1.ApprovalDecision:
			written.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionCounted, Status: metav1.ConditionTrue, Message: "approves step head"}}
		case *v1alpha1.ApprovalRequest:
			written.Status.State = v1alpha1.RequestPending
		}
		return c.Create(ctx, object, options...)
	}
	l.client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(request).
		WithIndex(&v1alpha1.ApprovalDecision{}, "spec.requestRef.name", func(object client.Object) []string {
			return []string{object.(*v1alpha1.ApprovalDecision).Spec.RequestRef.Name}
		}).WithInterceptorFuncs(interceptor.Funcs{Create: create}).Build()
	return l
}

// as returns the console of a person.
func (l *library) as(user string) http.Handler {
	l.Helper()
	handler, err := console.New(console.Options{
		Source: l.source, People: &people{user, "session of " + user, l.client}, Clock: func() time.Time { return now }, Footer: "Test", FormKey: []byte("key"),
	})
	if err != nil {
		l.Fatal(err)
	}
	return handler
}

func post(handler http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Host = "localhost"
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

var hidden = regexp.MustCompile(`name="(token|verdict|request|digest|step|behalf)" value="([^"]*)"`)

// formOf returns the fields that a page would send.
func formOf(body string) url.Values {
	form := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(body, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	return form
}

const approvePage = "/-/decide?verdict=Approve&request=quickstart/access-1"

func TestInboxes(t *testing.T) {
	l := newLibrary(t)
	for path, want := range map[string][]string{
		"cho /-/requests": {"Waiting for me (1)", "librarian</a> for rosa@library.example", "2030-06-01 09:00 UTC</time> if approved now", "Approve chosen", html.EscapeString(nastyReason)},
		"eve /-/requests": {`href="/quickstart/quickstart/new-request">Ask for something`},
		"cho /quickstart/quickstart/requests?text=desk": {"No request has “desk” in it."},
		"dee /quickstart/quickstart/requests":           {"You may decide in place of cho."},
		"rosa@library.example /-/requests":              {"Nothing waits for you.", "Mine (1)"},
		"rosa@library.example /-/requests?tab=mine":     {"librarian</a> for rosa@library.example"},
		"eve /-/requests?tab=mine":                      {"You have not asked for anything"},
		"eve /-/requests?tab=all":                       {"librarian</a> for rosa@library.example"},
		"cho /quickstart/quickstart/request?name=access-1": {
			"What an approval would change now", "1 user gains", "loans.create", "request made", html.EscapeString(nastyReason), "Approve…",
		},
		"rosa@library.example /quickstart/quickstart/request?name=access-1": {"Withdraw…"},
		"dee " + approvePage:                  {`<option value="cho">in place of cho</option>`, "required"},
		"rosa@library.example " + approvePage: {"nobody decides on their own request", "There is nothing to decide here."},
		"eve " + approvePage:                  {"eve is not an approver of step"},
	} {
		user, address, _ := strings.Cut(path, " ")
		w := get(l.as(user), address)
		for _, part := range want {
			if !strings.Contains(w.Body.String(), part) && !strings.Contains(html.UnescapeString(w.Body.String()), part) {
				t.Errorf("%s: %d, without %q:\n%s", path, w.Code, part, between(w.Body.String(), "<h1>", "<footer"))
			}
		}
		if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "ZgotmplZ") {
			t.Errorf("%s: markup is not escaped", path)
		}
	}
	for path, code := range map[string]int{
		"/-/decide?verdict=Burn&request=quickstart/access-1": http.StatusBadRequest, "/-/decide?verdict=Approve": http.StatusBadRequest,
		"/-/decide?verdict=Approve&request=quickstart/gone": http.StatusNotFound, "/quickstart/quickstart/request?name=gone": http.StatusNotFound,
		"/quickstart/other/requests": http.StatusNotFound, "/-/decided?decision=quickstart/gone": http.StatusNotFound,
	} {
		if w := get(l.as("cho"), path); w.Code != code {
			t.Errorf("%s: %d, want %d", path, w.Code, code)
		}
	}
}

func TestDecisionIsMadeOnce(t *testing.T) {
	l := newLibrary(t)
	cho := l.as("cho")
	form := formOf(get(cho, approvePage).Body.String())
	form.Set("comment", "Go ahead")
	var made v1alpha1.ApprovalDecisionList
	for range 2 {
		w := post(cho, "/-/decide", form)
		if err := l.client.List(t.Context(), &made); err != nil || len(made.Items) != 1 {
			t.Fatalf("there are %d decisions: %v %s", len(made.Items), err, w.Body.String())
		}
		decision := &made.Items[0]
		want := "/quickstart/quickstart/request?decision=" + decision.Name + "&name=access-1"
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%d, to %s", w.Code, w.Header().Get("Location"))
		}
		if s := decision.Spec; s.Approver != "cho" || s.Step != "head" || s.Verdict != v1alpha1.VerdictApprove || s.Comment != "Go ahead" ||
			s.RequestRef.UID != "u1" || string(s.Digest) != form.Get("digest") {
			t.Errorf("the decision is %+v", s)
		}
		if page := get(cho, w.Header().Get("Location")).Body.String(); !strings.Contains(page, "it approves step head.") {
			t.Errorf("the page says %s", between(page, "<h1>", "<h2>"))
		}
	}
	form = formOf(get(cho, approvePage).Body.String())
	form.Set("digest", "sha256:"+strings.Repeat("b", 64))
	post(cho, "/-/decide", form)
	if err := l.client.List(t.Context(), &made); err != nil || len(made.Items) != 2 {
		t.Fatalf("another form makes no other decision: %d %v", len(made.Items), err)
	}
	if string(made.Items[0].Spec.Digest) == string(made.Items[1].Spec.Digest) {
		t.Error("the digest is not that of what was shown")
	}
}

func TestTokens(t *testing.T) {
	l := newLibrary(t)
	form := formOf(get(l.as("cho"), approvePage).Body.String())
	good := form.Get("token")
	flipped := []byte(good)
	flipped[len(flipped)/2] ^= 1
	for name, token := range map[string]string{
		"none": "", "no base64": "<>", "short": good[:20], "changed": string(flipped), "another's": formOf(get(l.as("dee"), approvePage).Body.String()).Get("token"),
		"too long": good + "AAAA",
	} {
		form.Set("token", token)
		for _, path := range []string{"/-/decide", "/quickstart/quickstart/new-request"} {
			if w := post(l.as("cho"), path, form); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "Nothing was written") {
				t.Errorf("%s to %s: %d", name, path, w.Code)
			}
		}
	}
	if l.creations != 0 {
		t.Errorf("%d objects are written", l.creations)
	}
	form.Set("token", good)
	if w := post(l.as("cho"), "/-/decide", form); w.Code != http.StatusSeeOther {
		t.Errorf("the good one: %d", w.Code)
	}
	delete(form, "step")
	if w := post(l.as("cho"), "/-/decide", form); w.Code != http.StatusBadRequest {
		t.Errorf("a form without steps: %d", w.Code)
	}
}

// TestRefusals: what the API server says is shown, and nothing that others wrote is markup in it.
func TestRefusals(t *testing.T) {
	l := newLibrary(t)
	l.refuse = apierrors.NewForbidden(v1alpha1.GroupVersion.WithResource("approvaldecisions").GroupResource(), "x", context.Canceled)
	cho := l.as("cho")
	w := post(cho, "/-/decide", formOf(get(cho, approvePage).Body.String()))
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "is forbidden: context canceled") {
		t.Errorf("%d %s", w.Code, between(w.Body.String(), "<h1>", "<footer"))
	}
	if strings.Contains(w.Body.String(), `hx-trigger="state-changed`) {
		t.Error("the answer to a form would be fetched again")
	}
	ask := "/quickstart/quickstart/new-request"
	form := url.Values{"type": {"access"}, "role": {"librarian"}, "justification": {nastyReason}, "token": {formOf(get(cho, ask).Body.String()).Get("token")}}
	w = post(cho, ask, form)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "Nothing was asked: approvaldecisions") || !strings.Contains(w.Body.String(), html.EscapeString(nastyReason)) {
		t.Errorf("%d %s", w.Code, between(w.Body.String(), "<h1>", "<footer"))
	}
	form.Set("duration", "soon")
	if w = post(cho, ask, form); w.Code != http.StatusConflict && w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "write a duration like 8h") {
		t.Errorf("%d %s", w.Code, between(w.Body.String(), "<h1>", "<footer"))
	}
}

func TestAskingIsDoneOnce(t *testing.T) {
	l := newLibrary(t)
	mia, ask := l.as("mia"), "/quickstart/quickstart/new-request"
	form := url.Values{
		"type": {"access"}, "role": {"librarian"}, "unit": {"hill"}, "duration": {"1d12h"}, "from": {"2030-06-02T08:00"}, "attributes": {"shelf=7\n"},
		"scope": {"units=hill"}, "justification": {"Leave"}, "token": {formOf(get(mia, ask).Body.String()).Get("token")},
	}
	for range 2 {
		w := post(mia, ask, form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body.String())
		}
		name := strings.TrimPrefix(w.Header().Get("Location"), "/quickstart/quickstart/request?name=")
		asked := &v1alpha1.ApprovalRequest{}
		if err := l.client.Get(t.Context(), client.ObjectKey{Namespace: "quickstart", Name: name}, asked); err != nil {
			t.Fatal(err)
		}
		s := asked.Spec
		if s.Requester != "mia" || s.OrganizationRef.Name != "quickstart" || s.Grant.DurationSeconds != 129600 || s.Grant.StartTime.UTC().Hour() != 8 ||
			string(s.Attributes["shelf"].Raw) != "7" || len(s.Grant.Scope.Units) != 1 || s.Justification != "Leave" {
			t.Errorf("the request is %+v", s)
		}
	}
	var all v1alpha1.ApprovalRequestList
	if err := l.client.List(t.Context(), &all); err != nil || len(all.Items) != 2 {
		t.Errorf("there are %d requests: %v", len(all.Items), err)
	}
}

// TestRequestsOfManifests: nothing can be written where there is no cluster, and the pages say so.
func TestRequestsOfManifests(t *testing.T) {
	handler := pagesOf(t, source{state: stateOf(t, "../../config/samples/quickstart")})
	for _, path := range []string{"/-/requests", "/quickstart/quickstart/requests", "/quickstart/quickstart/new-request"} {
		if w := get(handler, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Requests are made in a cluster") || strings.Contains(w.Body.String(), `name="token"`) {
			t.Errorf("%s: %d %s", path, w.Code, between(w.Body.String(), "<h1>", "<footer"))
		}
	}
	for _, path := range []string{"/-/decide", "/quickstart/quickstart/new-request"} {
		if w := post(handler, path, url.Values{}); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Requests are made in a cluster") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
