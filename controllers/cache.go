// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/watches"
	"github.com/rolewright/rolewright/internal/pagedlist"
)

// assignmentsPerPage is how many assignments are read at a time: there may be very many, and each is small. They arrive in some seconds, of
// the minute that an API server takes for a request at most.
const assignmentsPerPage = 25_000

// newCache makes a cache that reads what there is by pages, and of which the watches are followed.
func newCache(config *rest.Config, options cache.Options) (cache.Cache, error) {
	return watches.NewCache(config, options, func(config *rest.Config, client *http.Client) (watches.NewInformer, error) {
		kind, codecs := v1alpha1.GroupVersion.WithKind("UserAssignment"), serializer.NewCodecFactory(options.Scheme)
		assignments, err := apiutil.RESTClientForGVK(kind, false, false, config, codecs, client)
		if err != nil {
			return nil, err
		}
		return informers{assignments: assignments}.informer, nil
	})
}

// informers makes the informers of the cache.
type informers struct {
	// assignments is the client that reads assignments.
	assignments rest.Interface
}

// informer returns the informer of the kind that an object is an example of. It is a watches.NewInformer.
func (i informers) informer(
	from toolscache.ListerWatcher, example runtime.Object, resync time.Duration, indexers toolscache.Indexers,
) toolscache.SharedIndexInformer {
	lists := pagedlist.New(from, pagedlist.DefaultSize, reduced)
	if _, is := example.(*v1alpha1.UserAssignment); is {
		lists = pagedlist.NewStreamed(pagedlist.Stream{
			Client: i.assignments, Resource: "userassignments", New: func() runtime.Object { return &v1alpha1.UserAssignment{} },
		}, assignmentsPerPage, reduced)
	}
	return toolscache.NewSharedIndexInformer(lists, example, resync, indexers)
}

// reduced keeps out of the cache what the manager does not read: who manages fields, what users may do, and what ConfigMaps hold, ours and
// those of others that have our label.
func reduced(object any) (any, error) {
	object, err := lookup.Reduced(object)
	if err != nil {
		return nil, err
	}
	return configmap.Reduce(object)
}
