// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"errors"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
)

// visit is what a person sees while a request is answered.
type visit struct {
	state *state.State
	// person is nil if nobody can act, because the pages come from manifests.
	person *Person
}

// user returns the id of the person, empty if there is none.
func (v *visit) user() v1alpha1.UserID {
	if v.person == nil {
		return ""
	}
	return v.person.User
}

// visit returns what the person of a request sees. If that cannot be told, it answers the request.
func (c *console) visit(w http.ResponseWriter, r *http.Request) (*visit, bool) {
	s, ok := c.state(w, r)
	if !ok || c.People == nil {
		return &visit{state: s}, ok
	}
	person, err := c.People.Person(r.Context())
	if err != nil {
		c.Log.Error(err, "It is not known who looks")
		c.fail(w, r, s, http.StatusServiceUnavailable, texts.UnknownPerson(messageOf(err)))
		return nil, false
	}
	return &visit{state: s, person: person}, true
}

// acting is visit for what only a person in a cluster can do.
func (c *console) acting(w http.ResponseWriter, r *http.Request) (*visit, bool) {
	v, ok := c.visit(w, r)
	if ok && v.person == nil {
		c.fail(w, r, v.state, http.StatusConflict, texts.ReadOnly)
		return nil, false
	}
	return v, ok
}

// writing is acting for forms that write. It refuses those without a good token, and returns what identifies the form.
func (c *console) writing(w http.ResponseWriter, r *http.Request) (v *visit, form string, ok bool) {
	if v, ok = c.acting(w, r); !ok {
		return nil, "", false
	}
	form, ok = c.form(w, r, v)
	return v, form, ok
}

// request returns a request as it is now.
func (v *visit) request(ctx context.Context, namespace, name string) (*v1alpha1.ApprovalRequest, error) {
	if v.person != nil {
		request := &v1alpha1.ApprovalRequest{}
		return request, v.person.Client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, request)
	}
	for i := range v.state.Objects.Requests {
		if request := &v.state.Objects.Requests[i]; request.Namespace == namespace && request.Name == name {
			return request, nil
		}
	}
	return nil, apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("approvalrequests").GroupResource(), name)
}

// messageOf returns what the API server says about an error, or the error itself if it says nothing.
func messageOf(err error) string {
	if status, is := errors.AsType[*apierrors.StatusError](err); is {
		return status.Status().Message
	}
	return err.Error()
}

// statusOf returns the HTTP status for an error of the API server.
func statusOf(err error) int {
	if status, is := errors.AsType[*apierrors.StatusError](err); is && status.Status().Code >= http.StatusBadRequest {
		return int(status.Status().Code)
	}
	return http.StatusBadGateway
}
