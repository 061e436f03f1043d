// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	baseURL = "https://pdp.example.com/authz"
	acme    = "/shop/acme"
	backend = "system:serviceaccount:shop:backend"
	other   = "system:serviceaccount:shop:other"
)

// service is the profile over two organizations, for callers whose tokens are their names, and a cluster that a test plays.
type service struct {
	t       *testing.T
	profile *Service
	http    *httptest.Server
	now     time.Time
	keyring *Keyring
	cluster *cluster
	tenants map[string]*tenant
}

// tenant is an organization whose document a test changes.
type tenant struct {
	name     string
	index    atomic.Pointer[engine.Index]
	revision atomic.Int64
}

func (o *tenant) Name() (namespace, organization string) { return "shop", o.name }
func (o *tenant) Index() *engine.Index                   { return o.index.Load() }
func (o *tenant) Revision() int64                        { return o.revision.Load() }
func (o *tenant) Ready() error                           { return nil }

// Root implements authzen.Tenants.
func (s *service) Root() (namespace, organization string, root authzen.Tenant) {
	return "shop", "acme", s.tenants["acme"]
}

// Tenant implements authzen.Tenants.
func (s *service) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	found, known := s.tenants[organization]
	return found, known && namespace == "shop"
}

// shop is an organization in which ben decides who buys, for eight hours at most, and ann may ask.
func shop() *document.Document {
	return &document.Document{
		Schema: document.Schema, Organization: "acme", Catalog: "c",
		Permissions: map[string]document.Permission{
			"orders.create": {Prohibitions: []string{"frozen"}}, "orders.view": {}, "orders.audit": {}, "orders.export": {},
		},
		Prohibitions: map[string]document.Condition{"frozen": {Expression: "has(context.frozen) && context.frozen"}},
		Units:        map[string]document.Unit{"shop": {}, "east": {Parent: "shop"}},
		Roles: map[string]document.Role{
			"buyer":   {Permissions: map[string][]document.Alternative{"orders.create": {{}}, "orders.view": {{}}}},
			"chief":   {Permissions: map[string][]document.Alternative{"orders.create": {{}}, "orders.view": {{}}, "orders.export": {{}}}},
			"auditor": {ConstrainedBy: []string{"apart"}, Permissions: map[string][]document.Alternative{"orders.audit": {{}}}},
		},
		Users: map[string]document.User{"ann": {}, "ben": {}, "cem": {}},
		Chains: map[string]document.Chain{"access": {
			RequestType: "access",
			GrantPolicy: &document.GrantPolicy{
				Roles: document.RoleSelection{From: document.RolesAll, ExceptRoles: []string{"chief"}}, MaxDurationSeconds: 28800, DefaultDurationSeconds: 3600,
				Beneficiaries: []string{document.GrantToRequester},
				Justification: &document.JustificationPolicy{Requirement: document.JustificationRequired, Hint: "Say what for."},
			},
			Steps: []document.Step{{
				Name: "lead", ApprovalMode: document.ApprovalCount, RequiredApprovals: 1, RequiredDenials: 1,
				Approvers: []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ben"}}},
			}},
		}},
	}
}

func newPEM(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func newKeys(t *testing.T, texts ...[]byte) *Keys {
	t.Helper()
	keys, err := ParseKeys(bytes.Join(texts, nil))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func newService(t *testing.T, change ...func(*Options)) *service {
	t.Helper()
	s := &service{t: t, now: time.Date(2030, time.January, 31, 8, 0, 0, 0, time.UTC), tenants: map[string]*tenant{}}
	for _, name := range []string{"acme", "ajax"} {
		s.tenants[name] = &tenant{name: name}
		s.tenants[name].revision.Store(1)
		s.publish(name, shop())
	}
	s.keyring = NewKeyring(newKeys(t, newPEM(t)))
	s.cluster = &cluster{requests: map[string]*v1alpha1.ApprovalRequest{}, speaks: map[string][]string{backend: {"ann", "cem"}, other: {"cem"}}}
	options := Options{
		Tenants: s, BaseURL: baseURL, Keys: s.keyring, Cluster: s.cluster, Now: func() time.Time { return s.now }, Log: logr.Discard(),
		Identify: func(r *http.Request, target authzen.Target) (*authenticationv1.UserInfo, *authzen.StatusError) {
			name, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !is {
				return nil, &authzen.StatusError{Status: http.StatusUnauthorized, Message: "who?", Header: http.Header{"Www-Authenticate": {"Bearer"}}}
			}
			if name == "stranger" {
				return nil, &authzen.StatusError{Status: http.StatusForbidden, Message: "not here"}
			}
			return &authenticationv1.UserInfo{Username: name}, nil
		},
	}
	for _, edit := range change {
		edit(&options)
	}
	s.profile = New(options)
	s.http = httptest.NewServer(s.profile.Handler(authzen.NewHandler(s, authzen.Options{BaseURL: baseURL, Profile: s.profile, IdentifyDecisions: true})))
	t.Cleanup(s.http.Close)
	return s
}

// publish makes an organization what a document says.
func (s *service) publish(organization string, doc *document.Document) {
	s.t.Helper()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return s.now }))
	if err != nil {
		s.t.Fatal(err)
	}
	s.tenants[organization].index.Store(index)
}

// object is a JSON object.
type object = map[string]any

// answer is what the service answered.
type answer struct {
	status int
	header http.Header
	body   object
}

// decides reports whether the answer is this decision.
func (a *answer) decides(decision bool) bool { return a.at("decision") == decision }

// at returns a part of the answer by its path.
func (a *answer) at(path ...string) any {
	var found any = a.body
	for _, name := range path {
		members, _ := found.(object)
		found = members[name]
	}
	return found
}

func (a *answer) text(path ...string) string {
	text, _ := a.at(path...).(string)
	return text
}

// problem is the name of the problem type of the answer, or its status.
func (a *answer) problem() string {
	if name, is := strings.CutPrefix(a.text("type"), problemType); is {
		if want := "application/problem+json"; a.header.Get("Content-Type") != want {
			return "a problem as " + a.header.Get("Content-Type")
		}
		return fmt.Sprint(a.status, " ", name)
	}
	return fmt.Sprint(a.status)
}

// send sends a request as a caller, to a URL or to a path below the service's.
func (s *service) send(method, to, caller string, body any, headers ...string) *answer {
	s.t.Helper()
	var reader io.Reader = http.NoBody
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			s.t.Fatal(err)
		}
		reader = bytes.NewReader(sent)
	}
	request, err := http.NewRequest(method, s.http.URL+strings.TrimPrefix(to, baseURL), reader)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", jsonType)
	}
	if caller != "" {
		request.Header.Set("Authorization", "Bearer "+caller)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.http.Client().Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.checkDescribed(request, response, sent, text)
	a := &answer{status: response.StatusCode, header: response.Header}
	_ = json.Unmarshal(text, &a.body)
	return a
}

// ask is an evaluation of whether ann may create an order in the east.
func ask(more ...object) object {
	asked := object{
		"subject": object{"type": "user", "id": "ann"}, "action": object{"name": "orders.create"},
		"resource": object{"type": "order", "id": "7", "properties": object{"unit": "east", "amount": 3}},
	}
	for _, members := range more {
		maps.Copy(asked, members)
	}
	return asked
}

// evaluate asks acme as the backend.
func (s *service) evaluate(asked object) *answer {
	s.t.Helper()
	a := s.send(http.MethodPost, acme+"/access/v1/evaluation", backend, asked)
	if a.status != http.StatusOK {
		s.t.Fatalf("the evaluation is answered with %d: %v", a.status, a.body)
	}
	return a
}

// submission is the request for access after a denial, with a justification.
func submissionOf(denied *answer, asked object, more ...object) object {
	sent := maps.Clone(asked)
	with := object{memberJustification: "Stock is low"}
	if given, is := asked["context"].(object); is {
		maps.Copy(with, given)
	}
	sent["context"] = with
	sent["denial"] = object{
		"evaluation_id": denied.at("context", "evaluation_id"), "expires_at": denied.at("context", "access_request", "expires_at"),
		"binding_token": denied.at("context", "access_request", "binding_token"), "reason": denied.at("context", "reason"),
	}
	for _, members := range more {
		maps.Copy(sent, members)
	}
	return sent
}

// submit denies, and asks as a caller.
func (s *service) submit(caller string, asked object, more ...object) *answer {
	s.t.Helper()
	denied := s.evaluate(asked)
	return s.send(http.MethodPost, denied.text("context", "access_request", "endpoint"), caller, submissionOf(denied, asked, more...))
}

// cluster keeps requests, and lets callers speak for those whom it names.
type cluster struct {
	mutex    sync.Mutex
	requests map[string]*v1alpha1.ApprovalRequest
	speaks   map[string][]string
	// withdraws is what becomes of a withdrawal; nil for what the manager does.
	withdraws func(*v1alpha1.ApprovalRequest)
	// opens is what becomes of a new request; nil for nothing yet.
	opens func(*v1alpha1.ApprovalRequest)
	// err is what it answers everything with, if it is not nil.
	err     error
	callers []string
}

func (c *cluster) MaySpeakFor(_ context.Context, caller *authenticationv1.UserInfo, user string) (bool, error) {
	return caller.Username == user || slices.Contains(c.speaks[caller.Username], user), c.err
}

func (c *cluster) CreateRequest(_ context.Context, caller *authenticationv1.UserInfo, request *v1alpha1.ApprovalRequest) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.callers = append(c.callers, caller.Username)
	if c.requests[request.Name] != nil {
		return apierrors.NewAlreadyExists(v1alpha1.GroupVersion.WithResource("approvalrequests").GroupResource(), request.Name)
	}
	made := request.DeepCopy()
	made.UID = "1"
	c.requests[request.Name] = made
	if c.opens != nil {
		c.opens(made)
	}
	return c.err
}

func (c *cluster) Request(_ context.Context, _ *authenticationv1.UserInfo, _, name string) (*v1alpha1.ApprovalRequest, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.requests[name] == nil {
		return nil, apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("approvalrequests").GroupResource(), name)
	}
	return c.requests[name].DeepCopy(), c.err
}

func (c *cluster) RequestsLabelled(
	_ context.Context, _ *authenticationv1.UserInfo, _, label string, values []string,
) ([]v1alpha1.ApprovalRequest, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var found []v1alpha1.ApprovalRequest
	for _, name := range slices.Sorted(maps.Keys(c.requests)) {
		if slices.Contains(values, c.requests[name].Labels[label]) {
			found = append(found, *c.requests[name].DeepCopy())
		}
	}
	return found, c.err
}

func (c *cluster) CreateDecision(_ context.Context, caller *authenticationv1.UserInfo, decision *v1alpha1.ApprovalDecision) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.callers = append(c.callers, caller.Username)
	request := c.requests[decision.Spec.RequestRef.Name]
	if c.withdraws != nil {
		c.withdraws(request)
	} else {
		request.Status.State, request.Status.WithdrawnBy = v1alpha1.RequestWithdrawn, v1alpha1.Observed(decision.Spec.Approver)
	}
	return c.err
}

// theRequest returns the only request.
func (s *service) theRequest() *v1alpha1.ApprovalRequest {
	s.t.Helper()
	s.cluster.mutex.Lock()
	defer s.cluster.mutex.Unlock()
	if len(s.cluster.requests) != 1 {
		s.t.Fatalf("there are %d requests", len(s.cluster.requests))
	}
	for _, request := range s.cluster.requests {
		return request
	}
	return nil
}

// set changes the only request as the manager does.
func (s *service) set(change func(*v1alpha1.ApprovalRequest)) *v1alpha1.ApprovalRequest {
	s.t.Helper()
	request := s.theRequest()
	s.cluster.mutex.Lock()
	defer s.cluster.mutex.Unlock()
	change(request)
	return request
}

// open opens the only request.
func (s *service) open() {
	s.t.Helper()
	s.set(func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestPending })
}

// approve approves the only request, as the manager does once readers see it.
func (s *service) approve() {
	s.t.Helper()
	until := s.now.Add(time.Hour)
	request := s.set(func(r *v1alpha1.ApprovalRequest) {
		r.Status.State, r.Status.CompletionTime = v1alpha1.RequestApproved, &metav1.Time{Time: s.now}
		r.Status.Grant = &v1alpha1.GrantStatus{}
		r.Status.Grant.StartTime, r.Status.Grant.EndTime = &metav1.Time{Time: s.now}, &metav1.Time{Time: until}
		r.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue}}
	})
	s.give(request, until)
}

// give publishes the role of a request.
func (s *service) give(request *v1alpha1.ApprovalRequest, until time.Time) {
	s.t.Helper()
	doc := shop()
	doc.Users[string(request.Spec.Requester)] = document.User{Grants: []document.Grant{{
		Role: request.Spec.Grant.RoleRef.Name, Scope: document.Scope{Units: []string{string(request.Spec.Unit)}},
		Window: document.Window{EndTime: &until}, Source: "ApprovalRequest/" + request.Name + " grant",
	}}}
	s.tenants["acme"].revision.Add(1)
	s.publish("acme", doc)
}
