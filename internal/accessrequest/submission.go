// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const (
	// maxBytes and maxDepth bound a body. What is kept of it lies in an annotation, of which the API server takes 256 KiB.
	maxBytes = 32 << 10
	maxDepth = 32
	// maxKeyBytes bounds an Idempotency-Key.
	maxKeyBytes = 255
	// maxJustification bounds a justification, as the API does.
	maxJustification = 1024
)

// Members of a submission.
const (
	// memberJustification is where the context says why access is asked for.
	memberJustification = "business_justification"
	// memberUntil says until when access is asked for, and memberRole which of several roles.
	memberUntil = "requested_until"
	memberRole  = "rolewright.dev/role"
)

// submission is a request for access.
type submission struct {
	request  *access.Request
	denial   denial
	wish     wish
	callback *callback
	// client is what the caller says of itself, for the record alone.
	client map[string]any
	// body is all of it, by which another one is found to be the same.
	body map[string]any
}

// readBody reads a body that must be JSON.
func (x *exchange) readBody() ([]byte, *problem) {
	if media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type")); err != nil || media != jsonType {
		return nil, plainProblem(http.StatusUnsupportedMediaType, "Content-Type is %q: it must be %s", x.r.Header.Get("Content-Type"), jsonType)
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBytes))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, plainProblem(http.StatusRequestEntityTooLarge, "the body has more than %d bytes, which are allowed", maxBytes)
	} else if err != nil {
		return nil, plainProblem(http.StatusBadRequest, "the body cannot be read: %v", err)
	}
	return body, nil
}

// readSubmission reads a body. What it does not know, it ignores.
func (x *exchange) readSubmission() (*submission, *problem) {
	body, p := x.readBody()
	if p != nil {
		return nil, p
	}
	if whole, err := authzen.ParseValue(body); err == nil {
		if object, is := whole.(map[string]any); is && object["items"] != nil {
			return nil, plainProblem(http.StatusBadRequest, "items is not supported here: send a request for each of them")
		}
	}
	request, others, err := authzen.ParseSubmission(body, maxDepth)
	if status, is := errors.AsType[*authzen.StatusError](err); is {
		return nil, fromStatus(status)
	} else if err != nil {
		return nil, plainProblem(http.StatusBadRequest, "%v", err)
	}
	s := &submission{request: request}
	whole, _ := authzen.ParseValue(body)
	s.body, _ = whole.(map[string]any)
	for _, read := range []func(map[string]any) *problem{s.readDenial, x.readWish(s), s.readCallback, x.readClient(s)} {
		if p := read(others); p != nil {
			return nil, p
		}
	}
	return s, nil
}

// readDenial reads which denial the submission is about.
func (s *submission) readDenial(others map[string]any) *problem {
	given, _ := others["denial"].(map[string]any)
	for name, into := range map[string]*string{
		"evaluation_id": &s.denial.EvaluationID, "expires_at": &s.denial.ExpiresAt, "binding_token": &s.denial.BindingToken,
	} {
		value, there := given[name]
		text, is := value.(string)
		if there && !is {
			return invalidBinding("denial." + name + " must be a string, as it was given")
		}
		*into = text
	}
	if s.denial.BindingToken == "" {
		return invalidBinding("denial.binding_token is missing: send that of context.access_request, from the answer that denied the request")
	}
	if s.denial.ExpiresAt == "" {
		return invalidBinding("denial.expires_at is missing: send that of context.access_request")
	}
	return nil
}

// readWish reads what is asked for beside the access itself.
func (x *exchange) readWish(s *submission) func(map[string]any) *problem {
	return func(others map[string]any) *problem {
		given, there := others["requested_access"]
		asked, is := given.(map[string]any)
		if there && !is {
			return plainProblem(http.StatusBadRequest, "requested_access must be an object")
		}
		if justification, there := s.request.Context[memberJustification]; there {
			text, is := justification.(string)
			if !is || utf8.RuneCountInString(text) > maxJustification {
				return plainProblem(http.StatusBadRequest, "context.%s must be a string of at most %d characters",
					memberJustification, maxJustification)
			}
			s.wish.justification = text
		}
		if role, there := asked[memberRole]; there {
			if s.wish.role, is = role.(string); !is || s.wish.role == "" {
				return plainProblem(http.StatusBadRequest, "requested_access[%q] must be the name of a role", memberRole)
			}
		}
		if until, there := asked[memberUntil]; there {
			text, _ := until.(string)
			end, err := time.Parse(time.RFC3339, text)
			if err != nil || !end.After(x.service.now()) {
				return plainProblem(http.StatusBadRequest, "requested_access.%s must be a time to come, such as %s", memberUntil,
					x.service.now().Add(time.Hour).UTC().Format(time.RFC3339))
			}
			s.wish.seconds = int64(math.Ceil(end.Sub(x.service.now()).Seconds()))
		}
		return nil
	}
}

// events are the ends of which a callback can tell.
var events = []string{statusApproved, statusDenied, statusExpired, statusCancelled, statusFailed, "partial"}

// readCallback reads whom to tell of the end.
func (s *submission) readCallback(others map[string]any) *problem {
	given, there := others["callback"]
	if !there {
		return nil
	}
	object, _ := given.(map[string]any)
	endpoint, _ := object["endpoint"].(string)
	if endpoint == "" {
		return plainProblem(http.StatusBadRequest, "callback must be an object with the endpoint to call")
	}
	s.callback = &callback{Endpoint: endpoint, State: object["state"]}
	wanted, there := object["events"]
	list, is := wanted.([]any)
	if there && !is {
		return plainProblem(http.StatusBadRequest, "callback.events must be a list of names")
	}
	for _, value := range list {
		name, _ := value.(string)
		if !slices.Contains(events, name) {
			continue // of an event that is unknown there is nothing to tell
		}
		s.callback.Events = append(s.callback.Events, name)
	}
	s.callback.All = !there
	return nil
}

// readClient reads what the caller says of itself. An actor is believed to be the caller alone: nothing here could verify another.
func (x *exchange) readClient(s *submission) func(map[string]any) *problem {
	return func(others map[string]any) *problem {
		given, there := others["client"]
		if !there {
			return nil
		}
		var is bool
		if s.client, is = given.(map[string]any); !is {
			return plainProblem(http.StatusBadRequest, "client must be an object")
		}
		claimed, claims := s.client["actor"]
		if !claims {
			return nil
		}
		actor, _ := claimed.(map[string]any)
		if _, chained := actor[memberActor]; chained || actor["id"] != x.caller.Username {
			return plainProblem(http.StatusForbidden, "client.actor can be verified for the caller alone, which is %q, and for nobody behind it: "+
				"leave it out", x.caller.Username)
		}
		return nil
	}
}
