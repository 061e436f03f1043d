// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// objectTimeout bounds how long the API server may take to return an object: then it is shown as it was read before.
const objectTimeout = 5 * time.Second

// object serves an object as it is written: of a cluster, as it is there now and with its status, which states lack.
func (c *console) object(w http.ResponseWriter, r *http.Request) {
	s, ok := c.state(w, r)
	if !ok {
		return
	}
	query := r.URL.Query()
	ref := model.Ref{Kind: query.Get("kind"), Namespace: query.Get("namespace"), Name: query.Get("name")}
	content, err := c.objectPage(r.Context(), s, ref, query.Get("field"))
	switch {
	case apierrors.IsForbidden(err):
		c.fail(w, r, s, http.StatusForbidden, err.Error())
	case err != nil:
		c.fail(w, r, s, http.StatusInternalServerError, err.Error())
	case content == nil:
		c.fail(w, r, s, http.StatusNotFound, texts.NoObject(ref.String()))
	default:
		c.render(w, r, http.StatusOK, "object", &frame{State: s, Organization: ofObject(s, content), Page: "object", Content: content})
	}
}

// ofObject returns the organization to which an object belongs; nil if it belongs to none, or its namespace has several.
func ofObject(s *state.State, object *view.Object) *state.Organization {
	if object.Ref.Kind == model.KindOrganization {
		return s.Organization(object.Ref.Namespace, object.Ref.Name)
	}
	var found *state.Organization
	for _, o := range s.Organizations {
		if o.Namespace != object.Ref.Namespace {
			continue
		}
		if found != nil {
			return nil
		}
		found = o
	}
	return found
}

// objectPage returns the page of an object, nil if there is no such object. What the person may see of a catalog or platform role may be
// the vocabulary alone: then the state has it, and the API server does not give it.
func (c *console) objectPage(ctx context.Context, s *state.State, ref model.Ref, field string) (*view.Object, error) {
	if c.People == nil || ref.Kind != model.KindDecision && intake.NewObject(ref.Kind) == nil {
		return view.NewObject(s, ref, field)
	}
	live, err := c.liveObject(ctx, ref)
	switch {
	case err == nil:
		return view.NewLiveObject(s, ref, field, live)
	case apierrors.IsNotFound(err) && !meta.IsNoMatchError(err):
		return nil, nil
	}
	if known, failed := view.NewObject(s, ref, field); known != nil || failed != nil {
		return known, failed
	}
	return nil, err
}

// liveObject reads an object as the person of a request.
func (c *console) liveObject(ctx context.Context, ref model.Ref) (map[string]any, error) {
	person, err := c.People.Person(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, objectTimeout)
	defer cancel()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(ref.Kind))
	err = person.Client.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, object)
	return object.Object, err
}
