// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/requests"
)

// newAsking returns the page of what the form of a request says, and the request that it would prolong, nil if none. If it cannot be
// shown, it answers the request.
func (c *console) newAsking(
	w http.ResponseWriter, r *http.Request, v *visit,
) (o *state.Organization, page *view.Asking, renewed *v1alpha1.ApprovalRequest, ok bool) {
	if o, ok = c.organizationOf(w, r, v.state); !ok {
		return nil, nil, nil, false
	}
	wish := &view.Wish{
		Type: r.FormValue("type"), Role: r.FormValue("role"), Unit: r.FormValue("unit"), Scope: r.FormValue("scope"),
		Duration: r.FormValue("duration"), From: r.FormValue("from"), Beneficiary: r.FormValue("beneficiary"),
		Justification: r.FormValue("justification"), Attributes: r.FormValue("attributes"), Renew: r.FormValue("renew"),
		Requester: r.FormValue("requester"),
	}
	if wish.Renew != "" {
		var err error
		if renewed, err = v.request(r.Context(), o.Namespace, wish.Renew); err != nil {
			c.fail(w, r, v.state, statusOf(err), texts.NotProlonged(wish.Renew, messageOf(err)))
			return nil, nil, nil, false
		}
	}
	page = view.NewAsking(o, wish, renewed, v.user(), c.Clock())
	if v.person != nil {
		page.Token = c.tokens.issue(v.person.Session)
	}
	return o, page, renewed, true
}

// wish shows who would decide on what a person asks for, and creates nothing.
func (c *console) wish(w http.ResponseWriter, r *http.Request) {
	v, ok := c.visit(w, r)
	if !ok {
		return
	}
	if o, page, renewed, ok := c.newAsking(w, r, v); ok {
		v.addPreview(r.Context(), o, page, renewed)
		c.render(w, r, http.StatusOK, "new-request", &frame{State: v.state, Organization: o, Page: "requests", Content: page})
	}
}

// createRequest creates what a person asks for, and leads to its page.
func (c *console) createRequest(w http.ResponseWriter, r *http.Request) {
	v, form, ok := c.writing(w, r)
	if !ok {
		return
	}
	o, page, renewed, ok := c.newAsking(w, r, v)
	if !ok {
		return
	}
	request, err := page.Request(o, renewed)
	status := http.StatusBadRequest
	if err == nil {
		request.Name = nameFor(requests.NamePrefix(string(request.Spec.RequestType)), form)
		err = v.createRequest(r.Context(), request)
		status = http.StatusOK
	}
	if err != nil {
		page.Wrong = messageOf(err)
		v.addPreview(r.Context(), o, page, renewed)
		c.render(w, r, max(status, refusalOf(err)), "new-request", &frame{State: v.state, Organization: o, Page: "requests", Content: page})
		return
	}
	http.Redirect(w, r, view.Path(o, "request", "name", request.Name), http.StatusSeeOther)
}

// createRequest creates a request, and waits for a while until the manager has opened it. Nothing happens if the form has made it before.
func (v *visit) createRequest(ctx context.Context, request *v1alpha1.ApprovalRequest) error {
	read := func(ctx context.Context) error {
		return v.person.Client.Get(ctx, client.ObjectKeyFromObject(request), request)
	}
	if err := v.person.Client.Create(ctx, request); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	// Whether it was opened is shown where it is read again.
	_, _ = requests.Await(ctx, answerTimeout, read, func() bool { return request.Status.State != "" })
	return nil
}
