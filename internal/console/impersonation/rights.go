// SPDX-License-Identifier: Apache-2.0

package impersonation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

const (
	// organizations are what a person must be able to read for anything to be shown.
	organizations = "organizations"
	// reviewsAtOnce bounds the requests that one review of a person's rights sends at the same time.
	reviewsAtOnce = 8
	// mostNamespaces bounds the namespaces that are looked at for one person.
	mostNamespaces = 500
	// mostNamed bounds the namespaces that a message names.
	mostNamed = 5
)

// The resources that pages show.
var (
	ofCluster   = []string{"permissioncatalogs", "platformroles", "platformassignments"}
	ofNamespace = []string{
		organizations, "organizationstructures", "roles", "userassignments", "usergroups", "approvalchains", "approvalrequests",
		"approvaldecisions",
	}
)

// rights are what a person may read.
type rights struct {
	// namespaces are those in which they may read organizations; none stands for all.
	namespaces []string
	// key is the same for two people who may read the same.
	key string
}

// errNoNamespaces says what a person lacks.
var errNoNamespaces = &console.RightsError{Message: texts.MayListNothing}

// rightsOf returns what a person may read. That is asked again after a few seconds.
func (p *People) rightsOf(ctx context.Context, who identity) (*rights, error) {
	if kept, is := p.reviews.Get(who.key()); is {
		return kept.(*rights), nil
	}
	c, err := p.client(ctx, who)
	if err != nil {
		return nil, err
	}
	r, err := p.review(ctx, c, who)
	if err != nil {
		return nil, err
	}
	p.reviews.Add(who.key(), r, p.options.ReviewTTL)
	return r, nil
}

// review asks the API server what a person may read.
func (p *People) review(ctx context.Context, c client.Client, who identity) (*rights, error) {
	asked := &asking{client: c, granted: map[string]bool{}}
	everywhere := slices.Clone(ofCluster)
	if len(p.options.Namespaces) == 0 {
		everywhere = append(everywhere, ofNamespace...)
	}
	if err := asked.each(ctx, []string{""}, everywhere); err != nil {
		return nil, err
	}
	if !asked.granted[readable("", organizations)] {
		return p.reviewNamespaces(ctx, asked)
	}
	r := &rights{key: asked.key()}
	if !asked.granted[readable("", ofCluster[0])] || !asked.granted[readable("", ofCluster[1])] {
		// The vocabularies of namespaces stand in, and it is not known of which namespaces a person may read them: none is shared.
		r.key += "as " + who.key()
	}
	return r, nil
}

// reviewNamespaces asks the API server what a person may read in single namespaces.
func (p *People) reviewNamespaces(ctx context.Context, asked *asking) (*rights, error) {
	candidates, err := p.candidates(ctx, asked.client)
	if err != nil {
		return nil, err
	}
	if err := asked.each(ctx, candidates, []string{organizations}); err != nil {
		return nil, err
	}
	r := &rights{}
	for _, namespace := range candidates {
		if asked.granted[readable(namespace, organizations)] {
			r.namespaces = append(r.namespaces, namespace)
		}
	}
	if len(r.namespaces) == 0 {
		return nil, &console.RightsError{Message: texts.MayReadNowhere(english.UpTo(mostNamed, candidates))}
	}
	if err := asked.each(ctx, r.namespaces, ofNamespace[1:]); err != nil {
		return nil, err
	}
	if err := asked.vocabularies(ctx, r.namespaces); err != nil {
		return nil, err
	}
	r.key = asked.key()
	return r, nil
}

// candidates returns the namespaces that are looked at.
func (p *People) candidates(ctx context.Context, c client.Client) ([]string, error) {
	if len(p.options.Namespaces) > 0 {
		return p.options.Namespaces, nil
	}
	var list corev1.NamespaceList
	if err := c.List(ctx, &list); apierrors.IsForbidden(err) {
		return nil, errNoNamespaces
	} else if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(list.Items))
	for i := range list.Items {
		names = append(names, list.Items[i].Name)
	}
	slices.Sort(names)
	if len(names) > mostNamespaces {
		return nil, &console.RightsError{Message: texts.TooManyNamespaces(len(names), mostNamespaces)}
	}
	return names, nil
}

// asking collects what the API server grants.
type asking struct {
	client client.Client

	mutex   sync.Mutex
	granted map[string]bool
}

// readable names a right to list and watch.
func readable(namespace, resource string) string { return namespace + "/" + resource }

// key tells two sets of granted rights apart.
func (a *asking) key() string {
	var names []string
	for name, granted := range a.granted {
		if granted {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "\n") + "\n"
}

// each asks whether the person may list and watch resources in each of some namespaces; an empty one stands for all of the cluster.
func (a *asking) each(ctx context.Context, namespaces, resources []string) error {
	requests, ctx := errgroup.WithContext(ctx)
	requests.SetLimit(reviewsAtOnce)
	for _, namespace := range namespaces {
		for _, resource := range resources {
			requests.Go(func() error { return a.read(ctx, namespace, resource) })
		}
	}
	return requests.Wait()
}

func (a *asking) read(ctx context.Context, namespace, resource string) error {
	for _, verb := range []string{"list", "watch"} {
		is, err := a.may(ctx, &authorizationv1.ResourceAttributes{
			Group: v1alpha1.GroupVersion.Group, Version: v1alpha1.GroupVersion.Version, Resource: resource, Namespace: namespace, Verb: verb,
		})
		if err != nil || !is {
			return err
		}
	}
	a.grant(readable(namespace, resource))
	return nil
}

// vocabularies asks whether the person may read what is published of catalogs in namespaces.
func (a *asking) vocabularies(ctx context.Context, namespaces []string) error {
	requests, ctx := errgroup.WithContext(ctx)
	requests.SetLimit(reviewsAtOnce)
	for _, namespace := range namespaces {
		requests.Go(func() error {
			is, err := a.may(ctx, &authorizationv1.ResourceAttributes{
				Version: "v1", Resource: "configmaps", Namespace: namespace, Name: vocabulary.Name, Verb: "get",
			})
			if err == nil && is {
				a.grant(readable(namespace, "configmaps"))
			}
			return err
		})
	}
	return requests.Wait()
}

func (a *asking) grant(name string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.granted[name] = true
}

// may asks the API server, as the person, for one right of theirs.
func (a *asking) may(ctx context.Context, what *authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: what}}
	if err := a.client.Create(ctx, review); err != nil {
		return false, texts.RightNotSaid(what.Verb, cmp.Or(what.Resource, what.Name), err)
	}
	return review.Status.Allowed, nil
}
