// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

// States of a task.
const (
	statusPending   = "pending"
	statusApproved  = "approved"
	statusDenied    = "denied"
	statusExpired   = "expired"
	statusCancelled = "cancelled"
	statusFailed    = "failed"
)

// pollAfter is after how many seconds a client is to look again.
const pollAfter = "5"

// task is how a request for access stands, as the profile tells it.
type task struct {
	ID             string         `json:"id"`
	Status         string         `json:"status"`
	StatusEndpoint string         `json:"status_endpoint"`
	Progress       *progress      `json:"progress,omitempty"`
	Display        map[string]any `json:"display,omitempty"`
	Links          map[string]any `json:"links,omitempty"`
}

// progress says how far a task is. Who decides it is for the approvers to know.
type progress struct {
	CurrentStep int `json:"current_step,omitempty"`
	TotalSteps  int `json:"total_steps"`
}

// result says how to use an approval.
type result struct {
	Mode     string           `json:"mode"`
	Approval grantedReference `json:"approval"`
}

// grantedReference is what a client sends with its next evaluation.
type grantedReference struct {
	ID            string `json:"id"`
	ApprovedAt    string `json:"approved_at,omitempty"`
	ApprovedUntil string `json:"approved_until"`
	State         string `json:"state"`
}

// modeReevaluate is the one mode of the profile: the next evaluation decides.
const modeReevaluate = "reevaluate"

// taskAnswer is the body of an answer about a task.
type taskAnswer struct {
	Task   task    `json:"task"`
	Result *result `json:"result,omitempty"`
}

// taskOf returns how a request stands. It is approved once readers of the index see its role.
func (s *Service) taskOf(request *v1alpha1.ApprovalRequest, where place) task {
	t := task{
		ID: request.Name, Status: s.statusOf(request, where), StatusEndpoint: s.endpoint(where) + "/" + url.PathEscape(request.Name),
		Display: map[string]any{"title": "Access request", "description": "asks for " + requests.Asked(request)},
	}
	if t.Status != statusPending || request.Status.State == v1alpha1.RequestApproved {
		return t
	}
	t.Links = map[string]any{"cancel": t.StatusEndpoint + "/" + segmentCancel}
	if steps := request.Status.Steps; len(steps) > 0 {
		t.Progress = &progress{TotalSteps: len(steps)}
		for i := range steps {
			if steps[i].State == v1alpha1.StepOpen {
				t.Progress.CurrentStep = i + 1
				break
			}
		}
	}
	return t
}

func (s *Service) statusOf(request *v1alpha1.ApprovalRequest, where place) string {
	switch request.Status.State {
	case v1alpha1.RequestDenied:
		return statusDenied
	case v1alpha1.RequestWithdrawn:
		return statusCancelled
	case v1alpha1.RequestExpired:
		return statusExpired
	case v1alpha1.RequestApproved:
		if s.isEffective(request, where) {
			return statusApproved
		}
	case v1alpha1.RequestPending:
	}
	return statusPending
}

// isEffective reports whether an approved request has given its role as far as this replica sees, or has ended since.
func (s *Service) isEffective(request *v1alpha1.ApprovalRequest, where place) bool {
	grant := request.Status.Grant
	if grant == nil || grant.EndTime == nil {
		return false
	}
	if grant.RevocationTime != nil || !s.now().Before(grant.EndTime.Time) {
		return true
	}
	if !meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionPublished) {
		return false
	}
	index, _, ready := s.index(where)
	return ready && holds(index, string(request.Spec.Requester), request.Name)
}

// resultOf returns the approval of a request whose task is approved.
func (s *Service) resultOf(request *v1alpha1.ApprovalRequest, made *record, where place) (*result, error) {
	_, tenant, ready := s.index(where)
	grant, until := request.Status.Grant, request.Status.Grant.EndTime.Time
	if grant.RevocationTime != nil {
		until = grant.RevocationTime.Time
	}
	claims := approval{
		question: made.question, Issuer: s.issuer(where), Audience: s.issuer(where), IssuedAt: s.now().Unix(), Expiry: until.Unix(),
		ID: made.Approval, Task: request.Name, Caller: made.Caller, EvaluationID: made.EvaluationID,
	}
	if ready {
		claims.Revision = tenant.Revision()
	}
	state, err := s.options.Keys.sign(typeApproval, &claims)
	if err != nil {
		return nil, err
	}
	reference := grantedReference{ID: made.Approval, ApprovedUntil: until.UTC().Format(time.RFC3339), State: state}
	if at := request.Status.CompletionTime; at != nil {
		reference.ApprovedAt = at.UTC().Format(time.RFC3339)
	}
	return &result{Mode: modeReevaluate, Approval: reference}, nil
}

// answerTask answers with a task, unless there is a problem.
func (x *exchange) answerTask(request *v1alpha1.ApprovalRequest, status int, p *problem) *problem {
	if p != nil {
		return p
	}
	answer := taskAnswer{Task: x.service.taskOf(request, x.where)}
	switch answer.Task.Status {
	case statusApproved:
		made := x.service.recordOf(request, x.where)
		if made == nil {
			return unknownTask()
		}
		var err error
		if answer.Result, err = x.service.resultOf(request, made, x.where); err != nil {
			return x.failed(err)
		}
	case statusPending:
		x.w.Header().Set("Retry-After", pollAfter)
	}
	if status != http.StatusOK {
		x.w.Header().Set("Location", answer.Task.StatusEndpoint)
		if answer.Task.Status == statusPending {
			status = http.StatusAccepted
		} else {
			status = http.StatusCreated
		}
	}
	x.write(status, jsonType, &answer)
	return nil
}

// status answers how a task stands.
func (x *exchange) status(id string) *problem {
	request, p := x.task(id)
	return x.answerTask(request, http.StatusOK, p)
}

// task returns the request of a task that the caller may see: one for a user for whom the caller may speak.
func (x *exchange) task(id string) (*v1alpha1.ApprovalRequest, *problem) {
	if !strings.HasPrefix(id, taskPrefix) {
		return nil, unknownTask()
	}
	request, err := x.service.options.Cluster.Request(x.r.Context(), x.caller, x.where.namespace, id)
	switch {
	case apierrors.IsNotFound(err), apierrors.IsForbidden(err):
		return nil, unknownTask()
	case err != nil:
		return nil, x.failed(err)
	}
	made := x.service.recordOf(request, x.where)
	if made == nil {
		return nil, unknownTask()
	}
	may, err := x.service.options.Cluster.MaySpeakFor(x.r.Context(), x.caller, string(request.Spec.Requester))
	switch {
	case err != nil:
		return nil, x.failed(err)
	case !may:
		return nil, unknownTask()
	}
	return request, nil
}

// reread reads a request again.
func (x *exchange) reread(request *v1alpha1.ApprovalRequest) func(context.Context) error {
	return func(ctx context.Context) error {
		read, err := x.service.options.Cluster.Request(ctx, x.caller, request.Namespace, request.Name)
		if err == nil {
			*request = *read
		}
		return err
	}
}

// cancel withdraws a request.
func (x *exchange) cancel(id string) *problem {
	comment, p := x.readCancellation()
	if p != nil {
		return p
	}
	request, p := x.task(id)
	if p != nil {
		return p
	}
	if status := x.service.statusOf(request, x.where); status != statusPending || request.Status.State == v1alpha1.RequestApproved {
		return invalidState("the task has ended: it is " + status)
	}
	return x.withdraw(request, comment)
}

// withdraw withdraws a pending request as the caller, and answers with its task once the manager has counted that.
func (x *exchange) withdraw(request *v1alpha1.ApprovalRequest, comment string) *problem {
	opened := func() bool { return request.Status.State != "" }
	if _, err := requests.Await(x.r.Context(), openTimeout, x.reread(request), opened); err != nil {
		return x.failed(err)
	}
	intent := requests.Intent{User: request.Spec.Requester, Verdict: v1alpha1.VerdictWithdraw, Comment: comment}
	decision, err := intent.Decision(request, x.service.now())
	if err != nil {
		return invalidState(err.Error())
	}
	if user := v1alpha1.UserID(x.caller.Username); user != decision.Spec.Approver {
		decision.Spec.Via = v1alpha1.ServiceAccountUser(user)
	}
	if err := x.service.options.Cluster.CreateDecision(x.r.Context(), x.caller, decision); err != nil {
		return x.failed(err)
	}
	ended, err := requests.Await(x.r.Context(), withdrawTimeout, x.reread(request), func() bool {
		return request.Status.State != "" && request.Status.State != v1alpha1.RequestPending
	})
	switch {
	case err != nil:
		return x.failed(err)
	case !ended:
		return plainProblem(http.StatusServiceUnavailable,
			"the withdrawal is written, and the manager has not counted it yet: look at the task again")
	case request.Status.State != v1alpha1.RequestWithdrawn:
		return invalidState("the task has ended otherwise: it is " + x.service.statusOf(request, x.where))
	}
	return x.answerTask(request, http.StatusOK, nil)
}

// readCancellation returns the comment of a cancellation, whose body may be missing.
func (x *exchange) readCancellation() (string, *problem) {
	if x.r.ContentLength == 0 {
		return "", nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBytes))
	if err != nil {
		return "", plainProblem(http.StatusRequestEntityTooLarge, "the body cannot be read: at most %d bytes are allowed", maxBytes)
	}
	if len(body) == 0 {
		return "", nil
	}
	var given struct{ Reason, Comment string }
	if err := json.Unmarshal(body, &given); err != nil {
		return "", plainProblem(http.StatusBadRequest, "the body must be an object with the texts reason and comment, or empty: %v", err)
	}
	comment := given.Comment
	if given.Reason != "" {
		comment = strings.TrimSuffix(given.Reason+": "+comment, ": ")
	}
	if utf8.RuneCountInString(comment) > maxJustification {
		return "", plainProblem(http.StatusBadRequest, "reason and comment have more than %d characters, which are allowed", maxJustification)
	}
	return comment, nil
}
