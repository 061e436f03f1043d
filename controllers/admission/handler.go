// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"net/http"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/watches"
	decision "github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Path is where the webhook is served.
const Path = "/authority"

// Handler answers admission requests.
type Handler struct {
	// Objects are what organizations are resolved from, and Assignments the part of them that may be large.
	Objects     client.Reader
	Assignments *lookup.Assignments
	// Store says whether the replica knows all organizations, and what they resolve to.
	Store *snapshot.Store
	// Watches say how current the cache is.
	Watches *watches.Tracker
	// Took is called with the kind, the outcome and the duration of each answer.
	Took  func(kind, outcome string, took time.Duration)
	Clock func() time.Time

	organizations organizations
}

// watched are the resources that organizations are resolved from.
var watched = []string{
	"permissioncatalogs", "platformroles", "platformassignments", "organizations", "organizationstructures", "roles", "userassignments",
	"usergroups", "approvalchains", "approvalrequests",
}

// Outcomes of a request.
const (
	outcomeAllowed   = "allowed"
	outcomeByRBAC    = "left-to-rbac"
	outcomeUnchanged = "unchanged"
	outcomeRefused   = "refused"
	outcomeTryAgain  = "try-again"
	outcomeFailed    = "failed"
)

// Handle implements admission.Handler.
func (h *Handler) Handle(ctx context.Context, request admission.Request) admission.Response {
	start := time.Now()
	answer := h.answer(ctx, &request)
	h.Took(kindLabel(request.Kind.Kind), answer.outcome, time.Since(start))
	if answer.outcome == outcomeFailed {
		log.FromContext(ctx).Error(answer.err, "Cannot judge a write",
			"kind", request.Kind.Kind, "namespace", request.Namespace, "name", request.Name)
	}
	return answer.response()
}

// answer judges one request.
func (h *Handler) answer(ctx context.Context, request *admission.Request) answer {
	write, err := readWrite(request)
	if err != nil {
		return answer{outcome: outcomeFailed, code: http.StatusBadRequest, err: err}
	}
	if write.ChangesNothing() {
		return answer{outcome: outcomeUnchanged}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := h.Store.Ready(); err != nil {
		return tryAgain("this replica of Rolewright does not know all organizations yet: %v", err)
	}
	if reason := h.Watches.Behind(time.Now(), watched...); reason != "" {
		return tryAgain("this replica of Rolewright does not know organizations as they are: %s", reason)
	}
	organization, err := h.organizations.enter(ctx, write.Organization())
	if err != nil {
		return tryAgain("other changes of organization %s are being judged", write.Organization())
	}
	defer organization.leave()
	if reason := h.await(ctx, organization, write); reason != "" {
		return tryAgain("%s", reason)
	}
	judged, err := h.judge(ctx, write)
	switch {
	case err != nil && ctx.Err() != nil:
		return tryAgain("judging the change took longer than %s", patience)
	case err != nil:
		return answer{outcome: outcomeFailed, code: http.StatusInternalServerError, err: err}
	case judged.Allowed && !isDryRun(request):
		organization.admitted(write, h.Clock())
	}
	return judgedAnswer(judged)
}

func isDryRun(request *admission.Request) bool { return request.DryRun != nil && *request.DryRun }

// judge judges a write by the objects in the cache.
func (h *Handler) judge(ctx context.Context, write *decision.Write) (*decision.Answer, error) {
	key := write.Organization()
	members, err := lookup.Environment(ctx, h.Objects, key)
	if err != nil {
		return nil, err
	}
	name, changes := write.ChangesCatalog()
	if changes {
		if write.Catalog, err = lookup.Catalog(ctx, h.Objects, name); err != nil {
			return nil, err
		}
	}
	if changes || members.Organization == nil {
		// Roles of another catalog could become roles of the organization.
		if members.PlatformRoles, err = lookup.AllPlatformRoles(ctx, h.Objects); err != nil {
			return nil, err
		}
	}
	before, err := h.before(ctx, write, members)
	if err != nil {
		return nil, err
	}
	return decision.Judge(ctx, before, write, h.Clock())
}

// before returns what an organization resolves to before a write. Where that is about users alone, it reads only them, and those who
// changed since the current snapshot: there may be hundred thousands.
func (h *Handler) before(ctx context.Context, write *decision.Write, members *intake.Members) (*snapshot.View, error) {
	key := write.Organization()
	current := h.Store.Get(key)
	if users, only := write.Users(); only && current != nil {
		users, told, err := h.Assignments.AddWritten(members, key, current.AssignmentsVersion, current.AssignmentsOf, users...)
		if err != nil {
			return nil, err
		}
		if told {
			if view, err := current.ViewOfUsers(ctx, members, users); view != nil || err != nil {
				return view, err
			}
		}
	}
	if err := h.Assignments.AddTo(members, key); err != nil {
		return nil, err
	}
	return current.View(ctx, key, members)
}
