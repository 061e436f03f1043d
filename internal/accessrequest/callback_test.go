// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const callbackKey = "a key of callbacks"

// receiver is an endpoint of callbacks.
type receiver struct {
	*httptest.Server
	calls chan string
	// fails is how many calls it answers with an error, and redirect where it sends them, if anywhere.
	fails    atomic.Int32
	redirect string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{calls: make(chan string, 16)}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		text, _ := io.ReadAll(q.Body)
		sum := hmac.New(sha256.New, []byte(callbackKey))
		sum.Write(text)
		switch {
		case q.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(sum.Sum(nil)):
			r.calls <- "without the signature"
		case r.redirect != "":
			http.Redirect(w, q, r.redirect, http.StatusTemporaryRedirect)
			r.calls <- "redirected"
		case r.fails.Add(-1) >= 0:
			http.Error(w, "later", http.StatusBadGateway)
		default:
			r.calls <- string(text)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// callbacks allows callbacks to an endpoint of this machine, within some networks.
func callbacks(t *testing.T, r *receiver, endpoint string, networks ...string) func(*Options) {
	t.Helper()
	file, err := json.Marshal(object{"callbacks": []object{{
		"endpoint": endpoint, "callers": []string{backend}, "keyFile": "key", "caFile": "ca", "allowedNetworks": networks,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := ParseCallbacks(t.Context(), file, func(name string) ([]byte, error) {
		if name == "ca" {
			return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}), nil
		}
		return []byte(callbackKey + "\n"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	parsed.backoff = wait.Backoff{Duration: 5 * time.Millisecond, Factor: 1, Steps: 1}
	return func(o *Options) { o.Callbacks = parsed }
}

const loopback = "127.0.0.0/8"

// TestCallback: a caller is told of the end, by who holds the key, and looks at the task itself.
func TestCallback(t *testing.T) {
	r := newReceiver(t)
	r.fails.Store(2)
	s := newService(t, callbacks(t, r, r.URL, loopback))
	submitted := s.submit(backend, ask(), object{"callback": object{"endpoint": r.URL, "state": object{"session": 7}, "events": []string{"approved", "unheard"}}})
	if submitted.status != http.StatusAccepted {
		t.Fatal(submitted.body)
	}
	s.approve()
	var got object
	if err := json.Unmarshal([]byte(<-r.calls), &got); err != nil {
		t.Fatal(err)
	}
	a := &answer{body: got}
	if a.text("task", "status") != "approved" || a.text("task", "id") != submitted.text("task", "id") || a.at("state", "session") != 7.0 ||
		a.text("task", "status_endpoint") != submitted.text("task", "status_endpoint") || a.at("result") != nil || a.at("task", "display") != nil {
		t.Errorf("the callback is %v", got)
	}
	if record := s.theRequest().Annotations[AnnotationRecord]; strings.Contains(record, "session") {
		t.Error("anyone can read the state of the callback")
	}
}

// TestCallbackOfOtherEvents: a caller hears of those ends alone that it asked for; of all if it named none.
func TestCallbackOfOtherEvents(t *testing.T) {
	for _, test := range []struct {
		callback object
		hears    bool
	}{{object{}, true}, {object{"events": []string{"approved", "expired"}}, false}, {object{"events": []string{"denied"}}, true}, {object{"events": []string{}}, false}} {
		r := newReceiver(t)
		s := newService(t, callbacks(t, r, r.URL, loopback))
		test.callback["endpoint"] = r.URL
		if got := s.submit(backend, ask(), object{"callback": test.callback}); got.status != http.StatusAccepted {
			t.Fatal(got.body)
		}
		s.set(func(request *v1alpha1.ApprovalRequest) { request.Status.State = v1alpha1.RequestDenied })
		followed := s.profile.options.Callbacks.places
		if test.hears {
			if text := <-r.calls; !strings.Contains(text, `"denied"`) {
				t.Errorf("%v: %s", test.callback, text)
			}
		}
		for len(followed) > 0 {
			time.Sleep(time.Millisecond)
		}
		if len(r.calls) != 0 {
			t.Errorf("%v: %s", test.callback, <-r.calls)
		}
	}
}

// TestCallbacksThatAreRefused: an endpoint that is not the caller's, or is internal, is refused before anything is made.
func TestCallbacksThatAreRefused(t *testing.T) {
	r := newReceiver(t)
	port := r.URL[strings.LastIndexByte(r.URL, ':'):]
	for name, test := range map[string]struct {
		registered, asked string
		networks          []string
		caller            string
		want              string
	}{
		"not registered":       {registered: r.URL, asked: r.URL + "/other", networks: []string{loopback}, want: "not registered"},
		"of another caller":    {registered: r.URL, asked: r.URL, networks: []string{loopback}, caller: "ann", want: "not registered"},
		"loopback":             {registered: r.URL, asked: r.URL, want: "internal address"},
		"loopback by its name": {registered: "https://localhost" + port, asked: "https://localhost" + port, want: "internal address"},
		"another network":      {registered: r.URL, asked: r.URL, networks: []string{"10.0.0.0/8"}, want: "internal address"},
		"metadata":             {registered: "https://169.254.169.254/", asked: "https://169.254.169.254/", want: "internal address"},
		"mapped":               {registered: "https://[::ffff:10.0.0.1]/", asked: "https://[::ffff:10.0.0.1]/", want: "internal address"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, callbacks(t, r, test.registered, test.networks...))
			caller := test.caller
			if caller == "" {
				caller = backend
			}
			got := s.submit(caller, ask(), object{"callback": object{"endpoint": test.asked}})
			if got.status != http.StatusBadRequest || !strings.Contains(got.text("detail"), test.want) || len(s.cluster.requests) != 0 {
				t.Errorf("%d %v", got.status, got.body)
			}
		})
	}
}

// TestInternalAddresses: whatever is not of the public Internet.
func TestInternalAddresses(t *testing.T) {
	r := &Registration{}
	for _, address := range []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1",
		"224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:192.168.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:db8::1", "::7f00:1",
	} {
		if r.refuse(netip.MustParseAddr(address)) == nil {
			t.Errorf("%s is called", address)
		}
	}
	for _, address := range []string{"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"} {
		if err := r.refuse(netip.MustParseAddr(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestRebinding: a name that means another address by the time of the call leads nowhere, nor does a redirect.
func TestRebinding(t *testing.T) {
	r := newReceiver(t)
	s := newService(t, callbacks(t, r, r.URL))
	registration := s.profile.options.Callbacks.find(r.URL, backend)
	// It was checked before: now the name means this machine.
	err := deliver(t.Context(), s.profile.options.Callbacks.client(registration), registration, []byte("{}"))
	if err == nil || !strings.Contains(err.Error(), "internal address") || len(r.calls) != 0 {
		t.Errorf("%v, %d calls", err, len(r.calls))
	}
	inside := newReceiver(t)
	r.redirect = inside.URL
	s = newService(t, callbacks(t, r, r.URL, loopback))
	registration = s.profile.options.Callbacks.find(r.URL, backend)
	err = deliver(t.Context(), s.profile.options.Callbacks.client(registration), registration, []byte("{}"))
	if err == nil || !strings.Contains(err.Error(), "307") || len(inside.calls) != 0 || <-r.calls != "redirected" {
		t.Errorf("%v, %d calls inside", err, len(inside.calls))
	}
}

// TestParseCallbacks: what is wrong with a registration is named.
func TestParseCallbacks(t *testing.T) {
	const right = `{endpoint: "https://x.example/cb", callers: [a], keyFile: key}`
	for text, want := range map[string]string{
		"callbacks: [" + right + "]": "",
		"callbacks: [" + right + ", {endpoint: \"http://x.example\", callers: [a], keyFile: key}]":              "callbacks[1]: endpoint",
		`callbacks: [{endpoint: "https://u@x.example", callers: [a], keyFile: key}]`:                            "endpoint",
		`callbacks: [{endpoint: "https://x.example", keyFile: key}]`:                                            "callers is empty",
		`callbacks: [{endpoint: "https://x.example", callers: [a]}]`:                                            "keyFile is missing",
		`callbacks: [{endpoint: "https://x.example", callers: [a], keyFile: none}]`:                             "keyFile: no such file",
		`callbacks: [{endpoint: "https://x.example", callers: [a], keyFile: short}]`:                            "holds 5 bytes",
		`callbacks: [{endpoint: "https://x.example", callers: [a], keyFile: key, allowedNetworks: [10.0.0.1]}]`: "allowedNetworks",
		`callbacks: [{endpoint: "https://x.example", callers: [a], keyFile: key, caFile: short}]`:               "caFile short holds no certificate",
		"callback: []": "unknown field",
	} {
		_, err := ParseCallbacks(t.Context(), []byte(text), func(name string) ([]byte, error) {
			switch name {
			case "key":
				return []byte(callbackKey), nil
			case "short":
				return []byte("short"), nil
			}
			return nil, errors.New("no such file")
		})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v; want %s", text, err, want)
		}
	}
}

// TestExampleOfCallbacks: the file that the page shows is one.
func TestExampleOfCallbacks(t *testing.T) {
	text, err := os.ReadFile("../../docs/examples/accessrequests/callbacks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := ParseCallbacks(t.Context(), text, func(string) ([]byte, error) { return []byte(callbackKey), nil })
	if err != nil || parsed.find("https://shop.example.com/callbacks", "system:serviceaccount:shop:shop-backend") == nil {
		t.Errorf("%v, %v", parsed, err)
	}
}
