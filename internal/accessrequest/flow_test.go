// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/schemas"
)

// TestFlow: from the denial to the yes.
func TestFlow(t *testing.T) {
	s := newService(t)
	denied := s.evaluate(ask())
	if !denied.decides(false) || denied.text("context", "reason") != "approval_required" ||
		denied.text("context", "access_request", "endpoint") != baseURL+acme+"/access/v1/requests" ||
		denied.text("context", "access_request", "template") != "access" ||
		denied.text("context", "access_request", "expires_at") != "2030-01-31T08:10:00Z" || denied.text("context", "evaluation_id") == "" {
		t.Fatalf("the denial is %v", denied.body)
	}
	submitted := s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(denied, ask()))
	id, endpoint := submitted.text("task", "id"), submitted.text("task", "status_endpoint")
	if submitted.status != http.StatusAccepted || submitted.text("task", "status") != "pending" || submitted.header.Get("Location") != endpoint ||
		endpoint != baseURL+acme+"/access/v1/requests/"+id || submitted.text("task", "links", "cancel") != endpoint+"/cancel" ||
		submitted.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the submission is answered with %d, %v, %v", submitted.status, submitted.header, submitted.body)
	}
	request := s.theRequest()
	if spec := request.Spec; spec.Requester != "ann" || spec.Via != backend || spec.Beneficiary != "" || spec.Unit != "east" ||
		spec.Grant.RoleRef.Name != "buyer" || spec.Grant.Scope != nil || spec.Justification != "Stock is low" || spec.RequestType != "access" {
		t.Errorf("the request is %+v", spec)
	}
	if text := request.Annotations[AnnotationRecord]; strings.Contains(text, "ann") && strings.Contains(text, "order") {
		t.Error("anyone can read the record")
	}
	s.set(func(r *v1alpha1.ApprovalRequest) {
		r.Status.State = v1alpha1.RequestPending
		r.Status.Steps = []v1alpha1.StepProgress{{Name: "a", State: v1alpha1.StepApproved}, {Name: "b", State: v1alpha1.StepOpen}}
	})
	pending := s.send(http.MethodGet, endpoint, backend, nil)
	if pending.status != http.StatusOK || pending.text("task", "status") != "pending" || pending.at("result") != nil ||
		pending.header.Get("Retry-After") == "" || pending.at("task", "progress", "current_step") != 2.0 || pending.at("task", "progress", "total_steps") != 2.0 {
		t.Errorf("while it is pending: %d %v", pending.status, pending.body)
	}

	s.approve()
	approved := s.send(http.MethodGet, endpoint, backend, nil)
	reference, _ := approved.at("result", "approval").(object)
	if approved.text("task", "status") != "approved" || approved.text("result", "mode") != "reevaluate" ||
		reference["approved_until"] != "2030-01-31T09:00:00Z" || reference["approved_at"] != "2030-01-31T08:00:00Z" || approved.at("task", "links") != nil {
		t.Fatalf("when it is approved: %v", approved.body)
	}
	again := s.evaluate(ask(object{"context": object{"approval": reference}}))
	if !again.decides(true) || again.text("context", "approval", "id") != reference["id"] ||
		again.text("context", "approval", "approved_until") != reference["approved_until"] {
		t.Errorf("the evaluation with the approval: %v", again.body)
	}
	if plain := s.evaluate(ask()); !plain.decides(true) || plain.at("context") != nil {
		t.Errorf("an evaluation without the approval: %v", plain.body)
	}
}

// TestNotRequestable: what nobody could approve has no access_request.
func TestNotRequestable(t *testing.T) {
	for name, change := range map[string]func(doc *document.Document, asked object){
		"no chain gives the role": func(doc *document.Document, _ object) { delete(doc.Chains, "access") },
		"the chain gives other roles": policy(func(p *document.GrantPolicy) {
			p.Roles = document.RoleSelection{From: document.RolesListed, Roles: []string{"auditor"}}
		}),
		"the chain gives nobody themselves": policy(func(p *document.GrantPolicy) { p.Beneficiaries = []string{document.GrantToMembers} }),
		"a prohibition refuses it":          func(_ *document.Document, asked object) { asked["context"] = object{"frozen": true} },
		"an override refuses it": func(doc *document.Document, _ object) {
			doc.Users["ann"] = document.User{Overrides: []document.Override{{Permission: "orders.create", Deny: true, Scope: document.Scope{Everywhere: true}}}}
		},
		"the user is suspended":     func(doc *document.Document, _ object) { doc.Users["ann"] = document.User{Suspended: true} },
		"the user is unknown":       func(doc *document.Document, _ object) { delete(doc.Users, "ann") },
		"the permission is unknown": func(_ *document.Document, asked object) { asked["action"] = object{"name": "orders.burn"} },
		"the unit is unknown": func(_ *document.Document, asked object) {
			asked["resource"] = object{"type": "order", "id": "7", "properties": object{"unit": "moon"}}
		},
		"the subject is no user":             func(_ *document.Document, asked object) { asked["subject"] = object{"type": "robot", "id": "ann"} },
		"a constraint might withhold it":     func(_ *document.Document, asked object) { asked["action"] = object{"name": "orders.audit"} },
		"only an excepted role would do":     func(_ *document.Document, asked object) { asked["action"] = object{"name": "orders.export"} },
		"nobody could approve":               func(doc *document.Document, _ object) { doc.Users["ben"] = document.User{Suspended: true} },
		"the only approver is the requester": func(doc *document.Document, asked object) { asked["subject"] = object{"type": "user", "id": "ben"} },
		"the chain is for other users": chain(func(c *document.Chain) {
			c.Requesters = []document.Requester{{Type: document.RequesterTypePermission, Permission: "orders.audit"}}
		}),
		"the condition of the chain is false": chain(func(c *document.Chain) { c.When = `resource.properties.unit == "west"` }),
		"the chain does not compile":          chain(func(c *document.Chain) { c.Refused = "broken" }),
		"no step asks anybody":                chain(func(c *document.Chain) { c.Steps[0].When = "false" }),
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			doc, asked := shop(), ask()
			change(doc, asked)
			s.publish("acme", doc)
			denied := s.evaluate(asked)
			if !denied.decides(false) || denied.at("context") != nil {
				t.Errorf("the answer is %v", denied.body)
			}
			// Who has the denial of another moment gets no further.
			s.publish("acme", shop())
			was := s.evaluate(ask())
			s.publish("acme", doc)
			if got := s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(was, asked)); got.status < 400 {
				t.Errorf("it is asked for: %v", got.body)
			}
		})
	}
}

func chain(change func(*document.Chain)) func(*document.Document, object) {
	return func(doc *document.Document, _ object) {
		c := doc.Chains["access"]
		change(&c)
		doc.Chains["access"] = c
	}
}

func policy(change func(*document.GrantPolicy)) func(*document.Document, object) {
	return chain(func(c *document.Chain) { change(c.GrantPolicy) })
}

// TestNotRequestableAnyMore: what changed since the denial counts.
func TestNotRequestableAnyMore(t *testing.T) {
	s := newService(t)
	denied := s.evaluate(ask())
	doc := shop()
	delete(doc.Chains, "access")
	s.publish("acme", doc)
	send := func(more ...object) string {
		return s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(denied, ask(), more...)).problem()
	}
	if got := send(); got != "400 not_requestable" {
		t.Errorf("without the chain: %s", got)
	}
	s.publish("acme", shop())
	for name, members := range map[string]object{
		"without a justification":    {"context": object{}},
		"for longer than is given":   {"requested_access": object{memberUntil: "2030-02-01T08:00:00Z"}},
		"a role that would not help": {"requested_access": object{memberRole: "auditor"}},
		"a role that is not given":   {"requested_access": object{memberRole: "chief"}},
	} {
		if got := send(members); got != "400 not_requestable" {
			t.Errorf("%s: %s", name, got)
		}
	}
	s.give(&v1alpha1.ApprovalRequest{Spec: v1alpha1.ApprovalRequestSpec{
		Requester: "ann", Unit: "east", Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: "buyer"}},
	}}, s.now.Add(time.Hour))
	if got := send(); got != "400 not_requestable" {
		t.Errorf("what is allowed by now: %s", got)
	}
	if got := s.submit(backend, ask(object{"action": object{"name": "orders.view"}, "subject": object{"type": "user", "id": "cem"}}),
		object{"requested_access": object{memberUntil: "2030-01-31T09:30:00.5Z", memberRole: "buyer", "emergency": true, "vendor.example/x": 1}}); got.status != http.StatusAccepted {
		t.Errorf("%v", got.body)
	}
	if got := s.theRequest().Spec.Grant.DurationSeconds; got != 5401 {
		t.Errorf("it is for %d s", got)
	}
}

// TestPeopleAskForThemselves: a caller who is the subject needs nobody to write for them.
func TestPeopleAskForThemselves(t *testing.T) {
	s := newService(t)
	if got := s.submit("ann", ask()); got.status != http.StatusAccepted {
		t.Fatalf("%v", got.body)
	}
	if spec := s.theRequest().Spec; spec.Requester != "ann" || spec.Via != "" || !slices.Equal(s.cluster.callers, []string{"ann"}) {
		t.Errorf("%+v, by %v", spec, s.cluster.callers)
	}
}

// TestSynchronousCompletion: what needs nobody's decision is there with the answer.
func TestSynchronousCompletion(t *testing.T) {
	s := newService(t)
	doc := shop()
	chain(func(c *document.Chain) {
		c.Steps[0].When = "false"
		c.GrantPolicy.WithoutDecision = []string{document.WithoutDecisionIfNoStepNeeded}
	})(doc, nil)
	s.publish("acme", doc)
	s.cluster.opens = func(r *v1alpha1.ApprovalRequest) { go s.approve() }
	got := s.submit(backend, ask())
	if got.status != http.StatusCreated || got.text("task", "status") != "approved" || got.text("result", "approval", "state") == "" {
		t.Errorf("%d %v", got.status, got.body)
	}
}

// TestStates: how each end of a request is told.
func TestStates(t *testing.T) {
	s := newService(t)
	endpoint := s.submit(backend, ask()).text("task", "status_endpoint")
	for state, want := range map[v1alpha1.RequestState]string{
		"": "pending", v1alpha1.RequestPending: "pending", v1alpha1.RequestDenied: "denied", v1alpha1.RequestExpired: "expired",
		v1alpha1.RequestWithdrawn: "cancelled", v1alpha1.RequestApproved: "pending", "Unheard": "pending",
	} {
		s.set(func(r *v1alpha1.ApprovalRequest) { r.Status.State = state })
		got := s.send(http.MethodGet, endpoint, backend, nil)
		if got.text("task", "status") != want || got.at("result") != nil {
			t.Errorf("%q is told as %v", state, got.body)
		}
	}
	// Approved and revoked: the approval is over, and says when.
	s.approve()
	s.set(func(r *v1alpha1.ApprovalRequest) {
		r.Status.Grant.RevocationTime = &metav1.Time{Time: s.now.Add(time.Minute)}
	})
	s.publish("acme", shop())
	got := s.send(http.MethodGet, endpoint, backend, nil)
	if got.text("task", "status") != "approved" || got.text("result", "approval", "approved_until") != "2030-01-31T08:01:00Z" {
		t.Errorf("a role that was revoked: %v", got.body)
	}
}

// TestForm: the schema of a denial is one, and says what a submission needs.
func TestForm(t *testing.T) {
	s := newService(t)
	denied := s.evaluate(ask())
	form := s.send(http.MethodGet, denied.text("context", "access_request", "request_schema_url"), backend, nil)
	if form.status != http.StatusOK || form.header.Get("Content-Type") != "application/schema+json" {
		t.Fatalf("%d %v", form.status, form.header)
	}
	written := func(value any) []byte {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	schema := schemas.Compile(t, written(form.body))
	validate := func(members object) error {
		return schema.Validate(schemas.Value(t, written(submissionOf(denied, ask(), members))))
	}
	if err := validate(nil); err != nil {
		t.Errorf("a submission does not match: %v", err)
	}
	for name, members := range map[string]object{
		"no justification": {"context": object{}}, "an empty one": {"context": object{memberJustification: ""}},
		"a number": {"context": object{memberJustification: 7}}, "a role that is a list": {"requested_access": object{memberRole: []string{}}},
	} {
		if validate(members) == nil {
			t.Errorf("%s matches", name)
		}
	}
	for _, path := range []string{"/schemas/none", "/schemas/access/more", "/schemas"} {
		if got := s.send(http.MethodGet, acme+"/access/v1/requests"+path, backend, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	doc := shop()
	policy(func(p *document.GrantPolicy) {
		p.DefaultDurationSeconds, p.Justification.Pattern, p.Justification.Requirement = 0, "^T-[0-9]+$", document.JustificationOptional
	})(doc, nil)
	s.publish("acme", doc)
	form = s.send(http.MethodGet, acme+"/access/v1/requests/schemas/access", backend, nil)
	if text, _ := json.Marshal(form.body); !strings.Contains(string(text), `"pattern":"^T-[0-9]+$"`) ||
		!strings.Contains(string(text), `"required":["requested_access"]`) {
		t.Errorf("the form is %s", text)
	}
}
