// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/requests"
)

// answerTimeout is how long a page waits for the manager to process what was written.
const answerTimeout = 3 * time.Second

var verdicts = []v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictDeny, v1alpha1.VerdictWithdraw, v1alpha1.VerdictRevoke}

// verdictOf returns the verdict of a form. If it is none, it answers the request.
func (c *console) verdictOf(w http.ResponseWriter, r *http.Request, v *visit) (v1alpha1.Verdict, bool) {
	verdict := v1alpha1.Verdict(r.FormValue("verdict"))
	known := slices.Contains(verdicts, verdict)
	if !known {
		c.fail(w, r, v.state, http.StatusBadRequest, texts.UnknownVerdict(verdicts, verdict))
	}
	return verdict, known
}

// asked reads the requests that are named as NAMESPACE/NAME. If one cannot be read, or there is none, it answers the request.
func (c *console) asked(w http.ResponseWriter, r *http.Request, v *visit, ids []string) ([]*v1alpha1.ApprovalRequest, bool) {
	if len(ids) == 0 || len(ids) > view.PageSize {
		c.fail(w, r, v.state, http.StatusBadRequest, texts.ChooseRequests(view.PageSize))
		return nil, false
	}
	list := make([]*v1alpha1.ApprovalRequest, 0, len(ids))
	for _, id := range ids {
		namespace, name, _ := strings.Cut(id, "/")
		request, err := v.request(r.Context(), namespace, name)
		if err != nil {
			c.fail(w, r, v.state, statusOf(err), texts.RequestNotRead(id, messageOf(err)))
			return nil, false
		}
		list = append(list, request)
	}
	return list, true
}

// confirm shows what a decision would change before it is made.
func (c *console) confirm(w http.ResponseWriter, r *http.Request) {
	v, ok := c.acting(w, r)
	if !ok {
		return
	}
	verdict, ok := c.verdictOf(w, r, v)
	if !ok {
		return
	}
	asked, ok := c.asked(w, r, v, r.URL.Query()["request"])
	if !ok {
		return
	}
	page := view.NewDecide(v.state, verdict, asked, v.person.User, c.Clock())
	page.Token = c.tokens.issue(v.person.Session)
	c.render(w, r, http.StatusOK, "decide", &frame{State: v.state, Organization: common(v.state, asked), Page: "requests", Content: page})
}

// common returns the organization of some requests, nil if they have several.
func common(s *state.State, asked []*v1alpha1.ApprovalRequest) *state.Organization {
	var found *state.Organization
	for i, request := range asked {
		o := s.Organization(request.Namespace, request.Spec.OrganizationRef.Name)
		if i > 0 && o != found {
			return nil
		}
		found = o
	}
	return found
}

// choice is what a form decides about one request.
type choice struct {
	request      *v1alpha1.ApprovalRequest
	step, behalf string
	// digest identifies what the person has seen.
	digest string
}

// choices returns what a form decides. If it cannot be read, it answers the request.
func (c *console) choices(w http.ResponseWriter, r *http.Request, v *visit) ([]choice, bool) {
	ids, steps, behalf, digests := r.PostForm["request"], r.PostForm["step"], r.PostForm["behalf"], r.PostForm["digest"]
	if len(steps) != len(ids) || len(behalf) != len(ids) || len(digests) != len(ids) {
		c.fail(w, r, v.state, http.StatusBadRequest, texts.IncompleteForm)
		return nil, false
	}
	asked, ok := c.asked(w, r, v, ids)
	list := make([]choice, 0, len(asked))
	for i, request := range asked {
		list = append(list, choice{request: request, step: steps[i], behalf: behalf[i], digest: digests[i]})
	}
	return list, ok
}

// decide makes decisions, and leads to what has become of them.
func (c *console) decide(w http.ResponseWriter, r *http.Request) {
	v, form, ok := c.writing(w, r)
	if !ok {
		return
	}
	verdict, ok := c.verdictOf(w, r, v)
	if !ok {
		return
	}
	choices, ok := c.choices(w, r, v)
	if !ok {
		return
	}
	var made []*v1alpha1.ApprovalDecision
	var refused []view.Made
	asked, status := make([]*v1alpha1.ApprovalRequest, 0, len(choices)), http.StatusOK
	for i := range choices {
		asked = append(asked, choices[i].request)
		decision, err := v.make(r.Context(), verdict, &choices[i], r.PostForm.Get("comment"), form, c.Clock())
		if err == nil {
			made = append(made, decision)
			continue
		}
		status = max(status, refusalOf(err))
		row := view.NewRequestRow(choices[i].request, v.person.User, c.Clock())
		refused = append(refused, view.Made{
			Verdict: string(verdict), Request: row.Name, Path: row.Path, Refused: true, Message: messageOf(err),
		})
	}
	v.await(r.Context(), made)
	if len(refused) == 0 {
		http.Redirect(w, r, decidedPath(asked, made), http.StatusSeeOther)
		return
	}
	c.render(w, r, status, "decided", &frame{
		State: v.state, Organization: common(v.state, asked), Page: "requests", Content: append(refused, c.told(v, made)...),
	})
}

// make makes a decision. Nothing happens if the form has made it before.
func (v *visit) make(
	ctx context.Context, verdict v1alpha1.Verdict, chosen *choice, comment, form string, now time.Time,
) (*v1alpha1.ApprovalDecision, error) {
	intent := requests.Intent{
		User: v.person.User, Verdict: verdict, Step: chosen.step, OnBehalfOf: v1alpha1.UserID(chosen.behalf), Comment: comment,
	}
	decision, err := intent.Decision(chosen.request, now)
	if err != nil {
		return nil, err
	}
	if chosen.digest != "" && decision.Spec.Digest != "" {
		decision.Spec.Digest = v1alpha1.ChainDigest(chosen.digest)
	}
	decision.Name, decision.GenerateName = nameFor(decision.GenerateName, form, decision.Spec.RequestRef.UID), ""
	err = v.person.Client.Create(ctx, decision)
	if apierrors.IsAlreadyExists(err) {
		err = v.person.Client.Get(ctx, client.ObjectKeyFromObject(decision), decision)
	}
	return decision, err
}

// refusalOf returns the HTTP status for a decision that was not made.
func refusalOf(err error) int {
	if status := statusOf(err); status != http.StatusBadGateway {
		return status
	}
	return http.StatusConflict
}

// await waits until the manager has judged decisions, but not for long.
func (v *visit) await(ctx context.Context, made []*v1alpha1.ApprovalDecision) {
	deadline := time.Now().Add(answerTimeout)
	for _, decision := range made {
		// An error is shown where the decision is read again.
		_, _ = requests.Await(ctx, time.Until(deadline), func(ctx context.Context) error {
			return v.person.Client.Get(ctx, client.ObjectKeyFromObject(decision), decision)
		}, func() bool {
			return meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted) != nil
		})
	}
}

// decidedPath returns the address that tells what has become of decisions: the page of the request, if there is only one.
func decidedPath(asked []*v1alpha1.ApprovalRequest, made []*v1alpha1.ApprovalDecision) string {
	if len(made) == 1 {
		request := asked[0]
		return view.OrganizationPath(request.Namespace, request.Spec.OrganizationRef.Name,
			"request", "name", request.Name, "decision", made[0].Name)
	}
	query := url.Values{}
	for _, decision := range made {
		query.Add("decision", decision.Namespace+"/"+decision.Name)
	}
	return "/-/decided?" + query.Encode()
}

// decided tells what has become of decisions.
func (c *console) decided(w http.ResponseWriter, r *http.Request) {
	v, ok := c.acting(w, r)
	if !ok {
		return
	}
	var made []*v1alpha1.ApprovalDecision
	for _, id := range r.URL.Query()["decision"] {
		decision := &v1alpha1.ApprovalDecision{}
		namespace, name, _ := strings.Cut(id, "/")
		if err := v.person.Client.Get(r.Context(), client.ObjectKey{Namespace: namespace, Name: name}, decision); err != nil {
			c.fail(w, r, v.state, statusOf(err), texts.DecisionNotRead(id, messageOf(err)))
			return
		}
		if made = append(made, decision); len(made) == view.PageSize {
			break
		}
	}
	c.render(w, r, http.StatusOK, "decided", &frame{State: v.state, Page: "requests", Content: c.told(v, made)})
}

// told describes decisions, with the pages of their requests as far as these are in the state.
func (c *console) told(v *visit, made []*v1alpha1.ApprovalDecision) []view.Made {
	list := make([]view.Made, 0, len(made))
	for _, decision := range made {
		path := ""
		for i := range v.state.Objects.Requests {
			request := &v.state.Objects.Requests[i]
			if request.Namespace == decision.Namespace && request.Name == decision.Spec.RequestRef.Name {
				path = view.NewRequestRow(request, v.person.User, c.Clock()).Path
			}
		}
		list = append(list, view.NewMade(decision, path))
	}
	return list
}
