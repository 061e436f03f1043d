// SPDX-License-Identifier: Apache-2.0

package fromcluster

import (
	"context"
	"fmt"
	"strings"
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

// Options say what is followed, and who is told.
type Options struct {
	Client kubernetes.Interface
	// Namespace is the one that is looked in; empty means all.
	Namespace string
	// Organization is the one that is served; empty means all of the namespace.
	Organization string
	// MaxStaleness is how long an organization is served without a sign that it is current; 0 means for ever.
	MaxStaleness time.Duration
	// Registry receives the organizations.
	Registry *tenants.Registry
	// Log receives what is added, removed and refused.
	Log logr.Logger
	// Reloaded is called for every new publication with whether it was accepted; it may be nil.
	Reloaded func(accepted bool)
}

// Follower keeps the tenants of a registry as the cluster publishes them.
type Follower struct {
	options       Options
	organizations *organizations
}

// New looks whether ConfigMaps may be read at all.
func New(ctx context.Context, options Options) (*Follower, error) {
	f := &Follower{options: options, organizations: newOrganizations(options)}
	if _, err := f.list(ctx, metav1.ListOptions{Limit: 1}); err != nil {
		return nil, explain(err, options.Namespace)
	}
	if options.Organization != "" {
		// It answers that nothing is published yet, rather than that it does not exist.
		f.organizations.expect(tenants.Key{Namespace: options.Namespace, Organization: options.Organization})
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
	go f.organizations.work(ctx)
	reflector.RunWithContext(ctx)
}

func (f *Follower) list(ctx context.Context, options metav1.ListOptions) (*corev1.ConfigMapList, error) {
	list, err := f.options.Client.CoreV1().ConfigMaps(f.options.Namespace).List(ctx, f.narrow(options))
	if err != nil {
		f.organizations.failed(err)
	}
	return list, err
}

func (f *Follower) watch(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.AllowWatchBookmarks = true
	events, err := f.options.Client.CoreV1().ConfigMaps(f.options.Namespace).Watch(ctx, f.narrow(options))
	if err != nil {
		f.organizations.failed(err)
	}
	return events, err
}

// narrow asks for no more than is served, so that no greater right is needed.
func (f *Follower) narrow(options metav1.ListOptions) metav1.ListOptions {
	options.LabelSelector = document.IndexSelector
	if f.options.Organization != "" {
		options.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, f.options.Organization+document.ConfigMapSuffix).String()
	}
	return options
}

// keyOf is the organization that a ConfigMap is of, if its name and its label agree.
func keyOf(configMap *corev1.ConfigMap) (tenants.Key, bool) {
	name, named := strings.CutSuffix(configMap.Name, document.ConfigMapSuffix)
	key := tenants.Key{Namespace: configMap.Namespace, Organization: name}
	return key, named && configMap.Labels[document.LabelOrganization] == name
}

func explain(err error, namespace string) error {
	if apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) {
		where := "in namespace " + namespace
		if namespace == "" {
			where = "in all namespaces (name one with -n to need less)"
		}
		return fmt.Errorf("you may not list ConfigMaps %s, which is where permissions are published: %w", where, err)
	}
	return fmt.Errorf("the published permissions cannot be read: %w", err)
}
