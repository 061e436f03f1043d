// SPDX-License-Identifier: Apache-2.0

package extauthz

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Endpoints, as logs and metrics name them.
const (
	EndpointGRPC authzen.Endpoint = "envoy.service.auth.v3.Authorization/Check"
	EndpointHTTP authzen.Endpoint = "ext_authz/http"
)

// Reason says why a request is denied: that of a decision, or one of these.
type Reason string

// Reasons to deny a request without a decision.
const (
	// UnknownRoute means that no route of the mapping is for the request.
	UnknownRoute Reason = "UnknownRoute"
	// AmbiguousRequest means that another program could read the request differently.
	AmbiguousRequest Reason = "AmbiguousRequest"
	// MissingSubject means that the request does not say whose it is.
	MissingSubject Reason = "MissingSubject"
	// MissingValue means that the request lacks a value of the resource, of the action, or of the context.
	MissingValue Reason = "MissingValue"
	// UnknownOrganization means that the organization of the route is not served.
	UnknownOrganization Reason = "UnknownOrganization"
	// Unavailable means that the service cannot decide now.
	Unavailable Reason = "Unavailable"
	// CallerRefused means that the proxy that asks is not authenticated, or may not ask about the organization.
	CallerRefused Reason = "CallerRefused"
)

// Caller is the proxy that asks.
type Caller struct {
	// Address is where it asks from, and Authorization its header.
	Address, Authorization string
	// TLS is the state of its connection, nil without TLS.
	TLS *tls.ConnectionState
}

// Options say what decides. Tenants and Mapping must be set.
type Options struct {
	Tenants authzen.Tenants
	// Mapping is read for every request, and may be replaced.
	Mapping *atomic.Pointer[Mapping]
	// Authorize decides whether a caller is answered about an organization; if it is nil, everyone is. It returns the caller's name.
	Authorize func(ctx context.Context, caller *Caller, target authzen.Target) (string, *authzen.StatusError)
	// Places bounds how many requests are answered at the same time.
	Places authzen.Places
	// IdentifyDecisions lets each denial name an identifier, which Decision repeats.
	IdentifyDecisions bool
	// OnDecision is called for every decision, with the context of its request. It must not block.
	OnDecision func(context.Context, authzen.Decision)
	// OnResponse is called for every answer, with the context of its request and the status that is meant for the client. It must not block.
	OnResponse func(context.Context, authzen.Response)
}

// decider answers requests.
type decider struct{ options Options }

// verdict is the answer to a request.
type verdict struct {
	allowed bool
	// reason and id are those of a denial.
	reason Reason
	id     string
}

// decide answers a request. It never fails: what cannot be decided is denied.
func (d *decider) decide(ctx context.Context, r *request, caller *Caller, endpoint authzen.Endpoint) verdict {
	begun := time.Now()
	target := authzen.Target{Endpoint: endpoint}
	v := d.answer(ctx, r, caller, &target)
	if d.options.OnResponse != nil {
		d.options.OnResponse(ctx, authzen.Response{Target: target, Status: v.status(), Duration: time.Since(begun)})
	}
	return v
}

// answer answers a request, and completes what it is for.
func (d *decider) answer(ctx context.Context, r *request, caller *Caller, target *authzen.Target) verdict {
	m, found := d.options.Mapping.Load().match(r)
	if found != nil {
		return d.deny(ctx, &authzen.Decision{Target: *target}, r, found)
	}
	var tenant authzen.Tenant
	if about := &m.route.about; about.organization == "" {
		target.Namespace, target.Organization, tenant = d.options.Tenants.Root()
	} else {
		target.Namespace, target.Organization = about.namespace, about.organization
		if named, is := d.options.Tenants.Tenant(about.namespace, about.organization); is {
			tenant = named
		}
	}
	decision := &authzen.Decision{Target: *target}
	if d.options.Authorize != nil {
		name, err := d.options.Authorize(ctx, caller, *target)
		if err != nil {
			return d.deny(ctx, decision, r, &problem{CallerRefused, err})
		}
		decision.Caller = name
	}
	if tenant == nil {
		return d.deny(ctx, decision, r, &problem{UnknownOrganization, fmt.Errorf("organization %q is not served in namespace %q",
			target.Organization, target.Namespace)})
	}
	if err := tenant.Ready(); err != nil {
		return d.deny(ctx, decision, r, &problem{Unavailable, err})
	}
	if d.options.Places != nil {
		if !d.options.Places.Take() {
			return d.deny(ctx, decision, r, &problem{Unavailable, errors.New("too many requests are being answered")})
		}
		defer d.options.Places.Leave()
	}
	if found := m.ask(&decision.Request); found != nil {
		return d.deny(ctx, decision, r, found)
	}
	return d.check(ctx, decision, r, tenant)
}

// check decides.
func (d *decider) check(ctx context.Context, decision *authzen.Decision, r *request, tenant authzen.Tenant) verdict {
	index, revision := authzen.Current(tenant)
	decision.Revision = revision
	if index.Check(&decision.Request) {
		decision.Decision = true
		d.report(ctx, decision, r)
		return verdict{allowed: true}
	}
	allowed, reason := index.Reason(&decision.Request)
	if allowed { // a window has opened in between
		decision.Decision = true
		d.report(ctx, decision, r)
		return verdict{allowed: true}
	}
	decision.Reason = reason
	return d.reportDenial(ctx, decision, r, verdict{reason: Reason(reason)})
}

// deny denies a request because of a problem.
func (d *decider) deny(ctx context.Context, decision *authzen.Decision, r *request, found *problem) verdict {
	decision.Problem = string(found.reason) + ": " + found.err.Error()
	return d.reportDenial(ctx, decision, r, verdict{reason: found.reason})
}

func (d *decider) reportDenial(ctx context.Context, decision *authzen.Decision, r *request, v verdict) verdict {
	if d.options.IdentifyDecisions {
		v.id = rand.Text()
		decision.ID = v.id
	}
	d.report(ctx, decision, r)
	return v
}

// report calls OnDecision, if it is set.
func (d *decider) report(ctx context.Context, decision *authzen.Decision, r *request) {
	if d.options.OnDecision == nil {
		return
	}
	decision.RequestID = r.id[:min(len(r.id), authzen.MaxRequestIDBytes)]
	d.options.OnDecision(ctx, *decision)
}

// ask writes what a request asks.
func (m *matched) ask(to *access.Request) *problem {
	about := &m.route.about
	to.Action.Name = about.permission
	for _, text := range []struct {
		to      *string
		source  *source
		subject bool
	}{
		{&to.Subject.Type, about.subject.kind, true}, {&to.Subject.ID, about.subject.id, true},
		{&to.Resource.Type, about.resource.kind, false}, {&to.Resource.ID, about.resource.id, false},
	} {
		value, found := m.value(text.source)
		if found == nil {
			var is bool
			if *text.to, is = value.(string); !is {
				found = &problem{AmbiguousRequest, fmt.Errorf("the value of %s is no text", text.source)}
			}
		}
		if found != nil {
			if text.subject && found.reason == MissingValue {
				found.reason = MissingSubject
			}
			return found
		}
	}
	for _, several := range []struct {
		to   *map[string]any
		from []property
	}{
		{&to.Subject.Properties, about.subject.properties}, {&to.Resource.Properties, about.resource.properties},
		{&to.Action.Properties, about.action}, {&to.Context, about.context},
	} {
		values, found := m.properties(several.from)
		if found != nil {
			return found
		}
		*several.to = values
	}
	return nil
}

// properties returns the values of properties, but of those that the request lacks; nil if there are to be none.
func (m *matched) properties(from []property) (map[string]any, *problem) {
	if len(from) == 0 {
		return nil, nil
	}
	values := make(map[string]any, len(from))
	for _, p := range from {
		value, found := m.value(p.value)
		if found != nil {
			return nil, found
		}
		if value != nil {
			values[p.name] = value
		}
	}
	return values, nil
}
