// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"fmt"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options say what is followed, and where it goes.
type Options struct {
	Client kubernetes.Interface
	// Namespace is the namespace that is watched; empty for all.
	Namespace string
	// Organization is the only organization that is served; empty for all of the namespace.
	Organization string
	// MaxStaleness is how long an organization is served without a sign that it is current; 0 for ever.
	MaxStaleness time.Duration
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what is added, removed and refused.
	Log logr.Logger
	// Reloaded is called for every new publication with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
}

// Follower keeps the organizations of a registry as a cluster publishes them, by one watch for all of them.
type Follower struct {
	options       Options
	organizations *organizations
}

// New returns a follower. It fails if the ConfigMaps may not be listed.
func New(ctx context.Context, options Options) (*Follower, error) {
	f := &Follower{options: options, organizations: newOrganizations(options)}
	if _, err := f.list(ctx, metav1.ListOptions{Limit: 1}); err != nil {
		return nil, explain(err, options.Namespace)
	}
	return f, nil
}

// Run follows the cluster until the context ends.
func (f *Follower) Run(ctx context.Context) {
	reflector := cache.NewReflectorWithOptions(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return f.list(ctx, options)
		},
		WatchFuncWithContext: f.watch,
	}, &corev1.ConfigMap{}, f.organizations, cache.ReflectorOptions{Name: "published organizations"})
	go f.organizations.queue.Run(ctx)
	reflector.RunWithContext(ctx)
}

func (f *Follower) list(ctx context.Context, options metav1.ListOptions) (*corev1.ConfigMapList, error) {
	list, err := f.options.Client.CoreV1().ConfigMaps(f.options.Namespace).List(ctx, f.restrict(options))
	if err != nil {
		f.organizations.setError(err)
	}
	return list, err
}

func (f *Follower) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.AllowWatchBookmarks = true
	events, err := f.options.Client.CoreV1().ConfigMaps(f.options.Namespace).Watch(ctx, f.restrict(options))
	if err != nil {
		f.organizations.setError(err)
	}
	return events, err
}

// restrict restricts a request to what is served, so that rights to that suffice.
func (f *Follower) restrict(options metav1.ListOptions) metav1.ListOptions {
	options.LabelSelector = document.IndexSelector
	if f.options.Organization != "" {
		options.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, f.options.Organization+document.ConfigMapSuffix).String()
	}
	return options
}

func explain(err error, namespace string) error {
	if apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) {
		where := "in namespace " + namespace
		if namespace == "" {
			where = "in all namespaces (name one with -n to need fewer rights)"
		}
		return fmt.Errorf("you may not list ConfigMaps %s, which is where permissions are published: %w", where, err)
	}
	return fmt.Errorf("the published permissions cannot be read: %w", err)
}
