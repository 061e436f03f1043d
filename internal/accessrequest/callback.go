// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const (
	// mostFollowed bounds how many tasks are followed for callbacks at the same time.
	mostFollowed = 512
	// minCallbackKey is how long a key must be that authenticates callbacks.
	minCallbackKey = 16
	callTimeout    = 10 * time.Second
	maxAnswer      = 4 << 10
	// signatureHeader holds the HMAC of a callback's body with the key of its endpoint, as webhooks commonly have it.
	signatureHeader = "X-Hub-Signature-256"
)

// callback is whom a caller wants to be told of the end of a task.
type callback struct {
	Endpoint string   `json:"endpoint"`
	State    any      `json:"state,omitempty"`
	Events   []string `json:"events,omitempty"`
	// All is set if every end is to be told.
	All bool `json:"all,omitempty"`
}

// Registration allows callbacks to one endpoint.
type Registration struct {
	// Endpoint is what callers must ask for, exactly.
	Endpoint string `json:"endpoint"`
	// Callers are the users who may ask for it.
	Callers []string `json:"callers"`
	// KeyFile holds the key, of at least 16 bytes, that authenticates callbacks to the endpoint.
	KeyFile string `json:"keyFile"`
	// AllowedNetworks are networks within which the endpoint may lie although they are internal, such as 10.0.0.0/8.
	AllowedNetworks []string `json:"allowedNetworks,omitempty"`
	// CAFile holds the authorities whose certificates the endpoint may show, in PEM; empty for those of the machine.
	CAFile string `json:"caFile,omitempty"`

	key      []byte
	networks []netip.Prefix
	roots    *x509.CertPool
}

// Callbacks are those that callers may ask for. They may be used by any number of goroutines.
type Callbacks struct {
	registrations []Registration
	// places bounds how many tasks are followed, by goroutines that end with ctx.
	places chan struct{}
	ctx    context.Context
	// backoff is how long to wait between two looks at a task.
	backoff wait.Backoff
}

// ParseCallbacks reads a file of registrations in YAML: a list under callbacks. The files that they name are read by a function. Tasks are
// followed until the context ends.
func ParseCallbacks(ctx context.Context, text []byte, readFile func(name string) ([]byte, error)) (*Callbacks, error) {
	var file struct {
		Callbacks []Registration `json:"callbacks"`
	}
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		return nil, err
	}
	for i := range file.Callbacks {
		if err := file.Callbacks[i].complete(readFile); err != nil {
			return nil, fmt.Errorf("callbacks[%d]: %w", i, err)
		}
	}
	return &Callbacks{
		registrations: file.Callbacks, ctx: ctx, places: make(chan struct{}, mostFollowed),
		backoff: wait.Backoff{Duration: 500 * time.Millisecond, Factor: 1.5, Jitter: 0.2, Steps: 12, Cap: 20 * time.Second},
	}, nil
}

func (r *Registration) complete(readFile func(string) ([]byte, error)) error {
	u, err := url.Parse(r.Endpoint)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("endpoint %q must be an https URL without a user", r.Endpoint)
	case len(r.Callers) == 0:
		return errors.New("callers is empty: name the users who may ask for callbacks to the endpoint")
	case r.KeyFile == "":
		return errors.New("keyFile is missing: name a file with the key that authenticates callbacks")
	}
	for _, network := range r.AllowedNetworks {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			return fmt.Errorf("allowedNetworks: %q must be a network such as 10.0.0.0/8", network)
		}
		r.networks = append(r.networks, prefix)
	}
	return r.readFiles(readFile)
}

// readFiles reads the key and the authorities.
func (r *Registration) readFiles(readFile func(string) ([]byte, error)) (err error) {
	if r.key, err = readFile(r.KeyFile); err != nil {
		return fmt.Errorf("keyFile: %w", err)
	}
	if r.key = bytes.TrimSpace(r.key); len(r.key) < minCallbackKey {
		return fmt.Errorf("keyFile %s holds %d bytes: a key has at least %d", r.KeyFile, len(r.key), minCallbackKey)
	}
	if r.CAFile == "" {
		return nil
	}
	authorities, err := readFile(r.CAFile)
	if err != nil {
		return fmt.Errorf("caFile: %w", err)
	}
	if r.roots = x509.NewCertPool(); !r.roots.AppendCertsFromPEM(authorities) {
		return fmt.Errorf("caFile %s holds no certificate in PEM", r.CAFile)
	}
	return nil
}

// find returns the registration by which a caller may ask for an endpoint; nil if there is none.
func (c *Callbacks) find(endpoint, caller string) *Registration {
	if c == nil {
		return nil
	}
	for i := range c.registrations {
		if r := &c.registrations[i]; r.Endpoint == endpoint && slices.Contains(r.Callers, caller) {
			return r
		}
	}
	return nil
}

// check returns why a caller may not have a callback.
func (c *Callbacks) check(ctx context.Context, wanted *callback, caller string) error {
	r := c.find(wanted.Endpoint, caller)
	if r == nil {
		return fmt.Errorf("it is not registered for %s: have it added to the callbacks of this service", caller)
	}
	if len(c.places) == cap(c.places) {
		return errors.New("too many tasks are followed: ask without a callback, and look at the task")
	}
	u, err := url.Parse(r.Endpoint)
	if err != nil {
		return err
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return errors.New("its host has no address")
	}
	for _, address := range addresses {
		if err := r.refuse(address); err != nil {
			return err
		}
	}
	return nil
}

// internal are networks of which netip does not say that they are not of the public Internet.
var internal = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("::/96"),
}

// refuse returns why an address must not be called.
func (r *Registration) refuse(address netip.Addr) error {
	address = address.Unmap().WithZone("")
	if slices.ContainsFunc(r.networks, func(n netip.Prefix) bool { return n.Contains(address) }) {
		return nil
	}
	if !address.IsGlobalUnicast() || address.IsPrivate() ||
		slices.ContainsFunc(internal, func(n netip.Prefix) bool { return n.Contains(address) }) {
		return errors.New("its host has an internal address, which its registration does not allow")
	}
	return nil
}

// client returns what calls an endpoint. It looks at the address that it connects to, whatever the name meant when it was checked, and
// follows no redirect.
func (c *Callbacks) client(r *Registration) *http.Client {
	dialer := &net.Dialer{Timeout: callTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return r.refuse(at.Addr())
	}}
	return &http.Client{
		Timeout: callTimeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: callTimeout,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: r.roots},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// follow tells a caller of the end of a task, as long as this replica runs: the task itself says the same.
func (s *Service) follow(caller *authenticationv1.UserInfo, request *v1alpha1.ApprovalRequest) {
	c := s.options.Callbacks
	select {
	case c.places <- struct{}{}:
	default:
		s.options.Log.Info("Too many tasks are followed: no callback for this one", "task", request.Name, "namespace", request.Namespace)
		return
	}
	where := place{request.Namespace, request.Spec.OrganizationRef.Name}
	go func() {
		defer func() { <-c.places }()
		made := s.awaitEnd(caller, request, where)
		if made == nil || made.Callback == nil {
			return
		}
		status := s.statusOf(request, where)
		if !made.Callback.All && !slices.Contains(made.Callback.Events, status) {
			return
		}
		if err := s.call(made, caller.Username, s.taskOf(request, where)); err != nil {
			s.options.Log.Info("A callback was not delivered", "task", request.Name, "namespace", request.Namespace,
				"endpoint", made.Callback.Endpoint, "reason", err.Error())
		}
	}()
}

// awaitEnd reads a request until its task has ended, and returns its record; nil if it is gone, or the service ends.
func (s *Service) awaitEnd(caller *authenticationv1.UserInfo, request *v1alpha1.ApprovalRequest, where place) *record {
	c := s.options.Callbacks
	for backoff := c.backoff; ; {
		select {
		case <-c.ctx.Done():
			return nil
		case <-time.After(backoff.Step()):
		}
		read, err := s.options.Cluster.Request(c.ctx, caller, request.Namespace, request.Name)
		switch {
		case apierrors.IsNotFound(err), apierrors.IsForbidden(err):
			return nil
		case err != nil:
			continue
		}
		if *request = *read; s.statusOf(request, where) != statusPending {
			return s.recordOf(request, where)
		}
	}
}

// call delivers a callback, after a few attempts if need be.
func (s *Service) call(made *record, caller string, ended task) error {
	c := s.options.Callbacks
	r := c.find(made.Callback.Endpoint, caller)
	if r == nil {
		return errors.New("it is not registered any more")
	}
	body := map[string]any{"task": task{ID: ended.ID, Status: ended.Status, StatusEndpoint: ended.StatusEndpoint}}
	if made.Callback.State != nil {
		body["state"] = made.Callback.State
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	client := c.client(r)
	attempts := wait.Backoff{Duration: c.backoff.Duration, Factor: 2, Jitter: 0.2, Steps: 5}
	for attempts.Steps > 0 {
		if err = deliver(c.ctx, client, r, text); err == nil {
			return nil
		}
		select {
		case <-c.ctx.Done():
			return err
		case <-time.After(attempts.Step()):
		}
	}
	return err
}

// deliver sends a callback once.
func deliver(ctx context.Context, client *http.Client, r *Registration, text []byte) error {
	sum := hmac.New(sha256.New, r.key)
	sum.Write(text)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Endpoint, bytes.NewReader(text)) //nolint:gosec // See below.
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", jsonType)
	request.Header.Set(signatureHeader, "sha256="+hex.EncodeToString(sum.Sum(nil)))
	response, err := client.Do(request) //nolint:gosec // Where a callback may go, the client decides as it connects.
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("the endpoint answered %s", response.Status)
	}
	return nil
}
