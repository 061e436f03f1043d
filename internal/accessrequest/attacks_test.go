// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestAttacksOnSubmissions: what is not the denial that this service gave, for this caller to use now, opens nothing.
func TestAttacksOnSubmissions(t *testing.T) {
	denial := func(members object) func(*service, object) {
		return func(_ *service, sent object) {
			given := maps.Clone(sent["denial"].(object))
			maps.Copy(given, members)
			maps.DeleteFunc(given, func(_ string, value any) bool { return value == nil })
			sent["denial"] = given
		}
	}
	change := func(name string, value any) func(*service, object) {
		return func(_ *service, sent object) { sent[name] = value }
	}
	token := func(edit func(*service, string) string) func(*service, object) {
		return func(s *service, sent object) {
			denial(object{"binding_token": edit(s, sent["denial"].(object)["binding_token"].(string))})(s, sent)
		}
	}
	// resigned changes claims, and signs them with the service's own key: what the service would not have signed.
	resigned := func(edit func(*binding)) func(*service, string) string {
		return func(s *service, text string) string {
			var claims binding
			if _, err := s.keyring.verify(typeBinding, text, &claims); err != nil {
				t.Fatal(err)
			}
			edit(&claims)
			return sign(t, s.keyring, typeBinding, claims)
		}
	}
	const invalid = "400 invalid_denial_binding"
	for name, test := range map[string]struct {
		change func(*service, object)
		caller string
		want   string
	}{
		"no denial":                    {change: change("denial", nil), want: invalid},
		"a denial that is a text":      {change: change("denial", "yes"), want: invalid},
		"no token":                     {change: denial(object{"binding_token": nil}), want: invalid},
		"a token that is a number":     {change: denial(object{"binding_token": 7}), want: invalid},
		"no expiry":                    {change: denial(object{"expires_at": nil}), want: invalid},
		"another expiry":               {change: denial(object{"expires_at": "2030-01-31T20:00:00Z"}), want: invalid},
		"the same expiry, otherwise":   {change: denial(object{"expires_at": "2030-01-31T09:10:00+01:00"}), want: invalid},
		"another evaluation":           {change: denial(object{"evaluation_id": "other"}), want: invalid},
		"another subject":              {change: change("subject", object{"type": "user", "id": "cem"}), want: invalid},
		"another subject type":         {change: change("subject", object{"type": "robot", "id": "ann"}), want: invalid},
		"more of the subject":          {change: change("subject", object{"type": "user", "id": "ann", "properties": object{"vip": true}}), want: invalid},
		"another action":               {change: change("action", object{"name": "orders.view"}), want: invalid},
		"another resource":             {change: change("resource", object{"type": "order", "id": "8", "properties": object{"unit": "east", "amount": 3}}), want: invalid},
		"another place":                {change: change("resource", object{"type": "order", "id": "7", "properties": object{"unit": "shop", "amount": 3}}), want: invalid},
		"another amount":               {change: change("resource", object{"type": "order", "id": "7", "properties": object{"unit": "east", "amount": 30}}), want: invalid},
		"an amount that is a text":     {change: change("resource", object{"type": "order", "id": "7", "properties": object{"unit": "east", "amount": "3"}}), want: invalid},
		"no properties":                {change: change("resource", object{"type": "order", "id": "7"}), want: invalid},
		"a context that counts":        {change: change("context", object{"frozen": false, memberJustification: "x"}), want: invalid},
		"a forged token":               {change: token(forge(t)), want: invalid},
		"an unsigned token":            {change: token(unsigned), want: invalid},
		"a token by a text as a key":   {change: token(hmacSigned(t)), want: invalid},
		"a token with another payload": {change: token(otherPayload), want: invalid},
		"no token at all":              {change: denial(object{"binding_token": "x"}), want: invalid},
		"a token for another service":  {change: token(resigned(func(b *binding) { b.Audience = "https://other.example.com" })), want: invalid},
		"a token of another issuer":    {change: token(resigned(func(b *binding) { b.Issuer = "https://other.example.com" })), want: invalid},
		"a token without audience":     {change: token(resigned(func(b *binding) { b.Audience = "" })), want: invalid},
		"a token without an id":        {change: token(resigned(func(b *binding) { b.ID = "" })), want: invalid},
		"a token that ends earlier":    {change: token(resigned(func(b *binding) { b.Expiry = 1 })), want: "410 expired_denial"},
		"an approval as a token": {change: token(func(s *service, text string) string {
			var claims binding
			_, _ = s.keyring.verify(typeBinding, text, &claims)
			return sign(t, s.keyring, typeApproval, claims)
		}), want: invalid},
		"an expired denial":              {change: func(s *service, _ object) { s.now = s.now.Add(10 * time.Minute) }, want: "410 expired_denial"},
		"a caller who speaks for others": {caller: other, want: "403"},
		"another person":                 {caller: "cem", want: "403"},
		"a caller without rights":        {caller: "stranger", want: "403"},
		"nobody":                         {caller: "-", want: "401"},
		"an actor":                       {change: change("client", object{"actor": object{"id": "robot"}}), want: "403"},
		"an actor behind the caller":     {change: change("client", object{"actor": object{"id": backend, "act": object{"sub": "robot", "iss": "x"}}}), want: "403"},
		"a client that is a text":        {change: change("client", "me"), want: "400"},
		"several items":                  {change: change("items", []object{{}}), want: "400"},
		"an end that has passed":         {change: change("requested_access", object{memberUntil: "2030-01-31T08:00:00Z"}), want: "400"},
		"an end that is no time":         {change: change("requested_access", object{memberUntil: "tomorrow"}), want: "400"},
		"a role that is a list":          {change: change("requested_access", object{memberRole: []string{"buyer"}}), want: "400"},
		"a wish that is a text":          {change: change("requested_access", "all"), want: "400"},
		"a long justification":           {change: change("context", object{memberJustification: strings.Repeat("x", 1025)}), want: "400"},
		"a callback that is a text":      {change: change("callback", "https://x.example"), want: "400"},
		"a callback to anywhere":         {change: change("callback", object{"endpoint": "https://169.254.169.254/latest"}), want: "400"},
		"events that are a text":         {change: change("callback", object{"endpoint": "https://x.example", "events": "all"}), want: "400"},
		"too much":                       {change: change("more", strings.Repeat("x", maxBytes)), want: "413"},
		"no subject":                     {change: change("subject", nil), want: "400"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			denied := s.evaluate(ask())
			sent := submissionOf(denied, ask())
			if test.change != nil {
				test.change(s, sent)
			}
			caller := test.caller
			switch caller {
			case "":
				caller = backend
			case "-":
				caller = ""
			}
			got := s.send(http.MethodPost, acme+"/access/v1/requests", caller, sent)
			if got.problem() != test.want {
				t.Errorf("got %s: %v; want %s", got.problem(), got.body, test.want)
			}
			if len(s.cluster.requests) != 0 || got.at("task") != nil {
				t.Error("a request was made")
			}
		})
	}
}

// sign signs whatever it is.
func sign(t *testing.T, ring *Keyring, of string, claims any) string {
	t.Helper()
	text, err := ring.sign(of, claims)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// payload is the middle of a token.
func payload(token string) string { return strings.Split(token, ".")[1] }

// forge signs the same claims by another key, under the name of the service's.
func forge(t *testing.T) func(*service, string) string {
	t.Helper()
	return func(s *service, token string) string {
		stranger := NewKeyring(newKeys(t, newPEM(t)))
		stranger.keys.Load().keys[0].id = s.keyring.keys.Load().keys[0].id
		var claims object
		text, _ := base64.RawURLEncoding.DecodeString(payload(token))
		if err := json.Unmarshal(text, &claims); err != nil {
			t.Fatal(err)
		}
		return sign(t, stranger, typeBinding, claims)
	}
}

func unsigned(_ *service, token string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"`+typeBinding+`"}`)) + "." + payload(token) + "."
}

// hmacSigned takes the public key for a shared secret.
func hmacSigned(t *testing.T) func(*service, string) string {
	t.Helper()
	return func(s *service, token string) string {
		public, err := json.Marshal(s.keyring.public().Keys[0])
		if err != nil {
			t.Fatal(err)
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: public, KeyID: s.keyring.keys.Load().keys[0].id}},
			(&jose.SignerOptions{}).WithType(typeBinding))
		if err != nil {
			t.Fatal(err)
		}
		text, _ := base64.RawURLEncoding.DecodeString(payload(token))
		signed, err := signer.Sign(text)
		if err != nil {
			t.Fatal(err)
		}
		compact, _ := signed.CompactSerialize()
		return compact
	}
}

func otherPayload(_ *service, token string) string {
	parts := strings.Split(token, ".")
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), `"ann"`, `"cem"`, 1)))
	return strings.Join(parts, ".")
}

// TestAnothersDenial: a denial opens requests for its own subject, in its own organization.
func TestAnothersDenial(t *testing.T) {
	s := newService(t)
	denied := s.evaluate(ask())
	if got := s.send(http.MethodPost, "/shop/ajax/access/v1/requests", backend, submissionOf(denied, ask())); got.problem() != "400 invalid_denial_binding" {
		t.Errorf("in another organization: %s", got.problem())
	}
	cem := ask(object{"subject": object{"type": "user", "id": "cem"}})
	if got := s.send(http.MethodPost, acme+"/access/v1/requests", "cem", submissionOf(denied, cem)); got.problem() != "400 invalid_denial_binding" {
		t.Errorf("by another user: %s", got.problem())
	}
	if got := s.send(http.MethodPost, "/shop/none/access/v1/requests", backend, submissionOf(denied, ask())); got.status < 400 {
		t.Errorf("in an organization that is not there: %d", got.status)
	}
	if len(s.cluster.requests) != 0 {
		t.Error("a request was made")
	}
	// At the root is the same organization.
	if got := s.send(http.MethodPost, "/access/v1/requests", backend, submissionOf(denied, ask())); got.status != http.StatusAccepted {
		t.Errorf("at the root: %v", got.body)
	}
}

// TestReplay: a token opens one request, however often it is sent.
func TestReplay(t *testing.T) {
	s := newService(t)
	denied := s.evaluate(ask())
	send := func(caller string, sent object, headers ...string) *answer {
		return s.send(http.MethodPost, acme+"/access/v1/requests", caller, sent, headers...)
	}
	first := send(backend, submissionOf(denied, ask()))
	if first.status != http.StatusAccepted {
		t.Fatal(first.body)
	}
	for name, again := range map[string]*answer{
		"the same":               send(backend, submissionOf(denied, ask())),
		"with a key":             send(backend, submissionOf(denied, ask()), keyHeader, "k"),
		"by the user themselves": send("ann", submissionOf(denied, ask())),
		"with another end":       send(backend, submissionOf(denied, ask(), object{"requested_access": object{memberUntil: "2030-01-31T08:30:00Z"}})),
	} {
		if again.problem() != "400 invalid_denial_binding" || again.at("task") != nil {
			t.Errorf("%s: %s %v", name, again.problem(), again.body)
		}
	}
	s.theRequest()
}

// TestIdempotency: a request that is sent again is answered again, and is another if its body is.
func TestIdempotency(t *testing.T) {
	s := newService(t)
	send := func(caller, key string, sent object) *answer {
		return s.send(http.MethodPost, acme+"/access/v1/requests", caller, sent, keyHeader, key)
	}
	sent := submissionOf(s.evaluate(ask()), ask())
	first := send(backend, "k", sent)
	id := first.text("task", "id")
	if first.status != http.StatusAccepted {
		t.Fatal(first.body)
	}
	for range 2 {
		if again := send(backend, "k", sent); again.status != http.StatusAccepted || again.text("task", "id") != id {
			t.Errorf("again: %d %v", again.status, again.body)
		}
		// After the denial has expired, and with another key in front.
		s.now = s.now.Add(time.Hour)
		s.keyring.Replace(&Keys{keys: append(newKeys(t, newPEM(t)).keys, s.keyring.keys.Load().keys...)})
	}
	s.approve()
	if again := send(backend, "k", sent); again.status != http.StatusCreated || again.text("task", "id") != id || again.text("result", "mode") == "" {
		t.Errorf("after the approval: %d %v", again.status, again.body)
	}
	s.theRequest()
	s.publish("acme", shop())
	fresh := submissionOf(s.evaluate(ask()), ask())
	if other := send(backend, "k", fresh); other.problem() != "409 duplicate_request" {
		t.Errorf("another body: %s", other.problem())
	}
	s.theRequest()
	// The keys of another caller are theirs.
	if got := send("ann", "k", fresh); got.status != http.StatusAccepted || got.text("task", "id") == id {
		t.Errorf("another caller: %d %v", got.status, got.body)
	}
	if got := send(backend, strings.Repeat("k", maxKeyBytes+1), fresh); got.status != http.StatusBadRequest {
		t.Errorf("a long key: %d", got.status)
	}
}

// TestCopiedLabels: anyone who copies the label and the record of a request makes no task of them.
func TestCopiedLabels(t *testing.T) {
	s := newService(t)
	sent := submissionOf(s.evaluate(ask()), ask())
	first := s.send(http.MethodPost, acme+"/access/v1/requests", backend, sent, keyHeader, "k")
	copied := s.theRequest().DeepCopy()
	copied.Name = "arq-0"
	s.cluster.requests["arq-0"] = copied
	if got := s.send(http.MethodGet, acme+"/access/v1/requests/arq-0", backend, nil); got.problem() != "404 unknown_task" {
		t.Errorf("a copied record: %s %v", got.problem(), got.body)
	}
	if again := s.send(http.MethodPost, acme+"/access/v1/requests", backend, sent, keyHeader, "k"); again.text("task", "id") != first.text("task", "id") {
		t.Errorf("the copy is taken for the request: %v", again.body)
	}
	// Deleted, and made again under its name: with the record, and another role.
	delete(s.cluster.requests, "arq-0")
	s.set(func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant.RoleRef.Name = "chief" })
	if got := s.send(http.MethodGet, first.text("task", "status_endpoint"), backend, nil); got.problem() != "404 unknown_task" {
		t.Errorf("a changed request: %s", got.problem())
	}
}

// TestTasksOfOthers: a task is for its subject, and for those who speak for them.
func TestTasksOfOthers(t *testing.T) {
	s := newService(t)
	endpoint := s.submit(backend, ask()).text("task", "status_endpoint")
	s.open()
	for _, caller := range []string{other, "cem", "ben"} {
		if got := s.send(http.MethodGet, endpoint, caller, nil); got.problem() != "404 unknown_task" || got.at("task") != nil {
			t.Errorf("%s sees %v", caller, got.body)
		}
		if got := s.send(http.MethodPost, endpoint+"/cancel", caller, nil); got.problem() != "404 unknown_task" {
			t.Errorf("%s cancels: %v", caller, got.body)
		}
	}
	if got := s.send(http.MethodGet, endpoint, "", nil); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("nobody: %d", got.status)
	}
	if got := s.send(http.MethodGet, endpoint, "stranger", nil); got.status != http.StatusForbidden {
		t.Errorf("a stranger: %d", got.status)
	}
	for _, path := range []string{"/shop/ajax", "/shop/none", "/other/acme"} {
		if got := s.send(http.MethodGet, strings.Replace(endpoint, acme, path, 1), backend, nil); got.problem() != "404 unknown_task" {
			t.Errorf("%s: %s", path, got.problem())
		}
	}
	for _, id := range []string{"arq-1", "other", "arq-%2e%2e", strings.Repeat("x", 300)} {
		if got := s.send(http.MethodGet, acme+"/access/v1/requests/"+id, backend, nil); got.problem() != "404 unknown_task" {
			t.Errorf("%s: %s", id, got.problem())
		}
	}
	// Another who speaks for the user goes on with the task.
	s.cluster.speaks[other] = []string{"ann"}
	if got := s.send(http.MethodGet, endpoint, other, nil); got.status != http.StatusOK {
		t.Errorf("another caller: %v", got.body)
	}
	if got := s.send(http.MethodGet, endpoint, "ann", nil); got.status != http.StatusOK {
		t.Errorf("the subject: %v", got.body)
	}
}

// TestCancel: a pending task is withdrawn, and nothing else is.
func TestCancel(t *testing.T) {
	s := newService(t)
	cancel := s.submit(backend, ask()).text("task", "links", "cancel")
	s.open()
	if got := s.send(http.MethodGet, cancel, backend, nil); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "POST, DELETE" {
		t.Errorf("GET: %d", got.status)
	}
	if got := s.send(http.MethodPost, cancel, backend, []int{}); got.status != http.StatusBadRequest {
		t.Errorf("a list: %d", got.status)
	}
	got := s.send(http.MethodPost, cancel, backend, object{"reason": "moot", "comment": "done by hand"})
	if got.status != http.StatusOK || got.text("task", "status") != "cancelled" || s.theRequest().Status.WithdrawnBy != "ann" {
		t.Errorf("%d %v", got.status, got.body)
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		if got := s.send(method, cancel, backend, nil); got.problem() != "409 invalid_task_state" {
			t.Errorf("again: %s", got.problem())
		}
	}
	s.set(func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestApproved })
	if got := s.send(http.MethodPost, cancel, backend, nil); got.problem() != "409 invalid_task_state" {
		t.Errorf("an approved one: %s", got.problem())
	}
	// The manager has the last word.
	s.open()
	s.cluster.withdraws = func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }
	if got := s.send(http.MethodDelete, cancel, backend, nil); got.problem() != "409 invalid_task_state" {
		t.Errorf("one that was denied meanwhile: %s", got.problem())
	}
}

// TestApprovalReferences: an approval turns no answer into a yes, and a no says what to do about it.
func TestApprovalReferences(t *testing.T) {
	approved := func(s *service) object {
		endpoint := s.submit(backend, ask()).text("task", "status_endpoint")
		s.approve()
		a := s.send(http.MethodGet, endpoint, backend, nil)
		return a.at("result", "approval").(object)
	}
	with := func(reference any, more ...object) object {
		return ask(append([]object{{"context": object{"approval": reference}}}, more...)...)
	}
	frozen := func(reference any) object {
		return ask(object{"context": object{"approval": reference, "frozen": true}})
	}
	restate := func(s *service, reference object, edit func(*approval)) object {
		var claims approval
		if _, err := s.keyring.verify(typeApproval, reference["state"].(string), &claims); err != nil {
			t.Fatal(err)
		}
		edit(&claims)
		changed := maps.Clone(reference)
		changed["state"] = sign(t, s.keyring, typeApproval, claims)
		return changed
	}
	edited := func(reference object, members object) object {
		changed := maps.Clone(reference)
		maps.Copy(changed, members)
		return changed
	}
	for name, test := range map[string]struct {
		ask  func(*service, object) object
		want string
	}{
		"it expires": {func(s *service, r object) object { s.now = s.now.Add(time.Hour); return with(r) }, "approval_expired request +access_request"},
		"it expires, and the chain is gone": {func(s *service, r object) object {
			s.now = s.now.Add(time.Hour)
			doc := shop()
			delete(doc.Chains, "access")
			s.publish("acme", doc)
			return with(r)
		}, "approval_expired none"},
		"it is revoked": {func(s *service, r object) object { s.publish("acme", shop()); return with(r) }, "approval_expired request +access_request"},
		"it is not read yet": {func(s *service, r object) object {
			s.publish("acme", shop())
			s.tenants["acme"].revision.Add(-1)
			return with(r)
		}, "grant_pending retry 1"},
		"another place": {func(_ *service, r object) object {
			return with(r, object{"resource": object{"type": "order", "id": "7", "properties": object{"unit": "shop", "amount": 3}}})
		}, "out_of_scope request +access_request"},
		"another user": {func(_ *service, r object) object {
			return with(r, object{"subject": object{"type": "user", "id": "cem"}})
		}, "out_of_scope request +access_request"},
		"another context": {func(_ *service, r object) object { return frozen(r) }, "out_of_scope none"},
		"the user is suspended": {func(s *service, r object) object {
			doc := shop()
			doc.Users["ann"] = document.User{Suspended: true}
			s.publish("acme", doc)
			s.tenants["acme"].revision.Add(1)
			return with(r)
		}, "approval_expired none"},
		"the permission is refused by now": {func(s *service, r object) object {
			doc := shop()
			doc.Permissions["orders.create"] = document.Permission{Refused: "broken"}
			until := s.now.Add(time.Hour)
			doc.Users["ann"] = document.User{Grants: []document.Grant{{
				Role: "buyer", Scope: document.Scope{Everywhere: true}, Window: document.Window{EndTime: &until},
				Source: "ApprovalRequest/" + s.theRequest().Name + " grant",
			}}}
			s.publish("acme", doc)
			return with(r)
		}, "policy_denied none"},
		"no state": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(edited(r, object{"state": nil}))
		}, "approval_unverifiable none"},
		"a text": {func(s *service, _ object) object { s.publish("acme", shop()); return with("yes") }, "approval_unverifiable none"},
		"another id": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(edited(r, object{"id": "apr-x"}))
		}, "approval_unverifiable none"},
		"no id": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(edited(r, object{"id": nil}))
		}, "approval_unverifiable none"},
		"of another service": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(restate(s, r, func(a *approval) { a.Issuer = "x" }))
		}, "approval_unverifiable none"},
		"for another service": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(restate(s, r, func(a *approval) { a.Audience = "x" }))
		}, "approval_unverifiable none"},
		"a token as an approval": {func(s *service, r object) object {
			s.publish("acme", shop())
			return with(edited(r, object{"state": s.evaluate(ask()).text("context", "access_request", "binding_token")}))
		}, "approval_unverifiable none"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			a := s.evaluate(test.ask(s, approved(s)))
			got := strings.TrimSpace(a.text("context", "reason") + " " + a.text("context", "next_action"))
			if a.at("context", "retry_after") == 1.0 {
				got += " 1"
			}
			if a.at("context", "access_request") != nil {
				got += " +access_request"
			}
			if !a.decides(false) || got != test.want {
				t.Errorf("got %s: %v; want %s", got, a.body, test.want)
			}
		})
	}
	t.Run("a yes for other reasons", func(t *testing.T) {
		s := newService(t)
		reference := approved(s)
		for _, unusable := range []any{"yes", edited(reference, object{"state": "x"}), edited(reference, object{"id": "x"})} {
			if a := s.evaluate(with(unusable)); !a.decides(true) || a.at("context") != nil {
				t.Errorf("%v: %v", unusable, a.body)
			}
		}
	})
	t.Run("another organization", func(t *testing.T) {
		s := newService(t)
		a := s.send(http.MethodPost, "/shop/ajax/access/v1/evaluation", backend, with(approved(s)))
		if !a.decides(false) || a.text("context", "reason") != "approval_unverifiable" {
			t.Errorf("%v", a.body)
		}
	})
}

// TestKeysAreReplaced: what one key has signed and sealed counts as long as the key is there, and no longer.
func TestKeysAreReplaced(t *testing.T) {
	s := newService(t)
	old := s.keyring.keys.Load()
	denied := s.evaluate(ask())
	fresh := newKeys(t, newPEM(t))
	s.keyring.Replace(&Keys{keys: slices.Concat(fresh.keys, old.keys)})
	submitted := s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(denied, ask()))
	if submitted.status != http.StatusAccepted {
		t.Fatalf("with the new key in front: %v", submitted.body)
	}
	published := s.send(http.MethodGet, acme+"/access/v1/jwks", "", nil)
	keys, _ := published.at("keys").([]any)
	if len(keys) != 2 || published.header.Get("Content-Type") != "application/jwk-set+json" || published.header.Get("Cache-Control") == "" {
		t.Errorf("%v", published.body)
	}
	for _, key := range keys {
		members := key.(object)
		if members["kid"] == "" || members["use"] != "sig" || members["d"] != nil {
			t.Errorf("a key is %v", members)
		}
	}
	if same := s.send(http.MethodGet, "/access/v1/jwks", "", nil); len(same.at("keys").([]any)) != 2 {
		t.Error("the root has other keys")
	}
	if posted := s.send(http.MethodPost, acme+"/access/v1/jwks", "", nil); posted.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", posted.status)
	}
	denied = s.evaluate(ask())
	s.keyring.Replace(old)
	if got := s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(denied, ask())); got.problem() != "400 invalid_denial_binding" {
		t.Errorf("signed by a key that is gone: %s", got.problem())
	}
	if got := s.send(http.MethodGet, submitted.text("task", "status_endpoint"), backend, nil); got.problem() != "404 unknown_task" {
		t.Errorf("sealed by a key that is gone: %s", got.problem())
	}
}

// TestParseKeys: what is no key of the curve, or is there twice, is named.
func TestParseKeys(t *testing.T) {
	key := newPEM(t)
	for text, want := range map[string]string{
		"": "openssl genpkey", "x": "openssl genpkey", string(key) + string(key): "key 2 is there before",
		strings.ReplaceAll(string(key), "PRIVATE KEY", "CERTIFICATE"):    `key 1: it is "CERTIFICATE"`,
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n": "key 1: it must be a private key of the curve P-256",
	} {
		if _, err := ParseKeys([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v; want %s", text, err, want)
		}
	}
}

// TestClusterFails: an API server that does not answer is not taken for one that does.
func TestClusterFails(t *testing.T) {
	s := newService(t)
	endpoint := s.submit(backend, ask()).text("task", "status_endpoint")
	s.cluster.err = errors.New("connection refused")
	for _, got := range []*answer{
		s.submit(backend, ask()), s.send(http.MethodGet, endpoint, backend, nil), s.send(http.MethodPost, endpoint+"/cancel", backend, nil),
	} {
		if got.status != http.StatusServiceUnavailable || strings.Contains(got.text("detail"), "connection refused") || got.header.Get("Retry-After") == "" {
			t.Errorf("%d %v", got.status, got.body)
		}
	}
}

// TestMetadata: clients find the endpoint and the keys.
func TestMetadata(t *testing.T) {
	s := newService(t)
	got := s.send(http.MethodGet, "/.well-known/authzen-configuration"+acme, "", nil)
	if got.text("access_request_endpoint") != baseURL+acme+"/access/v1/requests" || got.text("jwks_uri") != baseURL+acme+"/access/v1/jwks" ||
		!slices.Equal(got.at("capabilities").([]any), []any{"urn:openid:authzen:capability:access-request"}) {
		t.Errorf("%v", got.body)
	}
}

// TestWithTheReason: who asks for the reason as well gets both.
func TestWithTheReason(t *testing.T) {
	s := newService(t)
	got := s.evaluate(ask(object{"options": object{"explain": true}}))
	if got.text("context", "reason") != "NotGranted" || got.at("context", "access_request") == nil ||
		got.text("context", "evaluation_id") != got.text("context", "id") {
		t.Errorf("%v", got.body)
	}
	valid := s.evaluate(ask(object{"options": object{"validity": true}}))
	if valid.at("context", "access_request") == nil || valid.at("context", "validity") == nil {
		t.Errorf("%v", valid.body)
	}
	// Several evaluations say nothing of requests: each would cost.
	several := s.send(http.MethodPost, acme+"/access/v1/evaluations", backend, ask(object{"evaluations": []object{{}, {}}}))
	if list, _ := several.at("evaluations").([]any); len(list) != 2 || list[0].(object)["context"] != nil {
		t.Errorf("%v", several.body)
	}
	// An actor is no part of the denial: it may be said elsewhere.
	acted := ask(object{"subject": object{"type": "user", "id": "ann", "properties": object{"act": object{"sub": "robot"}}}})
	if got := s.send(http.MethodPost, acme+"/access/v1/requests", backend, submissionOf(s.evaluate(acted), ask())); got.status != http.StatusAccepted {
		t.Errorf("%v", got.body)
	}
}
