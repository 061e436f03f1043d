// SPDX-License-Identifier: Apache-2.0

package impersonation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/texts"
)

const (
	// mostClients bounds how many clients are kept.
	mostClients = 1024
	// clientTTL is how long a client is kept, and how long it counts that the API server knows a person by the right name.
	clientTTL = 10 * time.Minute
	// systemPrefix is what the names of the cluster's own users and groups begin with.
	systemPrefix = "system:"
	// authenticated is the group that the API server adds to everyone whom it knows.
	authenticated = "system:authenticated"
)

// Options are what is needed to act as people.
type Options struct {
	// Config is that of the console's own account.
	Config *rest.Config
	// Namespaces are those that are looked at; if there are none, all that a person may list.
	Namespaces []string
	// NewView makes the watches of one set of rights.
	NewView func(config *rest.Config, namespaces []string, log logr.Logger) (View, error)
	// ReviewTTL is how long it counts what a person may read.
	ReviewTTL time.Duration
	// MostViews bounds how many sets of watches there are.
	MostViews int
	Log       logr.Logger
}

// People acts as the people of sessions. It implements console.People and console.Source, for any number of goroutines.
type People struct {
	options Options
	scheme  *runtime.Scheme
	mapper  meta.RESTMapper
	// clients are those of people, by what names them.
	clients *cache.LRUExpireCache
	reviews *cache.LRUExpireCache
	views   views
}

var (
	_ console.People = (*People)(nil)
	_ console.Source = (*People)(nil)
)

// New returns what acts as people. It does not talk to the API server yet.
func New(options Options) (*People, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		v1alpha1.AddToScheme, corev1.AddToScheme, authorizationv1.AddToScheme, authenticationv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, texts.NoKinds(err)
		}
	}
	http, err := rest.HTTPClientFor(options.Config)
	if err != nil {
		return nil, texts.NoCluster(err)
	}
	mapper, err := apiutil.NewDynamicRESTMapper(options.Config, http)
	if err != nil {
		return nil, texts.NoCluster(err)
	}
	return &People{
		options: options, scheme: scheme, mapper: mapper,
		clients: cache.NewLRUExpireCache(mostClients), reviews: cache.NewLRUExpireCache(mostClients), views: views{byRights: map[string]*view{}},
	}, nil
}

// identity is a person as the API server is to know them.
type identity struct {
	user   string
	groups []string
}

func identityOf(s *login.Session) identity {
	return identity{user: s.User, groups: slices.Sorted(slices.Values(s.Groups))}
}

// key tells two identities apart. No name contains a line end.
func (i identity) key() string { return i.user + "\n" + strings.Join(i.groups, "\n") }

// config returns the configuration of a client that acts as a person. The error keeps the console from acting as itself, as it would
// with an empty name, or as one of the cluster's own accounts.
func (p *People) config(who identity) (*rest.Config, error) {
	if who.user == "" {
		return nil, texts.ErrNobody
	}
	for _, name := range append([]string{who.user}, who.groups...) {
		if name == "" || strings.HasPrefix(name, systemPrefix) {
			return nil, texts.NeverActsAs(name)
		}
	}
	config := rest.CopyConfig(p.options.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: who.user, Groups: who.groups}
	return config, nil
}

// client returns a client that acts as a person. The API server must confirm that it knows them by exactly this name and these groups:
// headers carry them, and what lies between the console and the API server may read a header otherwise.
func (p *People) client(ctx context.Context, who identity) (client.Client, error) {
	if c, kept := p.clients.Get(who.key()); kept {
		return c.(client.Client), nil
	}
	config, err := p.config(who)
	if err != nil {
		return nil, err
	}
	config.WarningHandlerWithContext = console.Warnings{}
	c, err := client.New(config, client.Options{Scheme: p.scheme, Mapper: p.mapper})
	if err != nil {
		return nil, err
	}
	review := &authenticationv1.SelfSubjectReview{}
	if err := c.Create(ctx, review); apierrors.IsForbidden(err) {
		return nil, texts.MayNotAct(err)
	} else if err != nil {
		return nil, texts.NotNamed(err)
	}
	known := identity{user: review.Status.UserInfo.Username, groups: slices.DeleteFunc(review.Status.UserInfo.Groups,
		func(group string) bool { return group == authenticated })}
	slices.Sort(known.groups)
	if known.key() != who.key() {
		return nil, texts.TakenForAnother(known.user, known.groups, who.user, who.groups)
	}
	p.clients.Add(who.key(), c, clientTTL)
	return c, nil
}

// Person implements console.People.
func (p *People) Person(ctx context.Context) (*console.Person, error) {
	session := login.FromContext(ctx)
	if session == nil {
		return nil, texts.ErrNobody
	}
	c, err := p.client(ctx, identityOf(session))
	if err != nil {
		return nil, err
	}
	return &console.Person{User: v1alpha1.UserID(session.User), Client: c, Session: session.ID}, nil
}
