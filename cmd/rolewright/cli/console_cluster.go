// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/rand"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromcluster"
	"github.com/rolewright/rolewright/internal/console/texts"
)

// caller is the one person who looks at a console on this machine: the user of the kubeconfig.
type caller struct{ person console.Person }

// Person implements console.People.
func (c *caller) Person(context.Context) (*console.Person, error) { return &c.person, nil }

// fromCluster shows the cluster of the kubeconfig as its user may read it. It fails if they may not even list organizations.
func (o *consoleOptions) fromCluster(ctx context.Context, log logr.Logger) (*consoleSource, error) {
	namespace, _, err := o.input.namespace()
	if err != nil {
		return nil, err
	}
	o.input.warnings = console.Warnings{}
	config, err := o.input.restConfig(orManifests)
	if err != nil {
		return nil, err
	}
	c, err := o.input.client(orManifests)
	if err != nil {
		return nil, err
	}
	within := o.input.inNamespace(namespace)
	if err := c.List(ctx, &v1alpha1.OrganizationList{}, within, client.Limit(1)); err != nil {
		return nil, explainReadError(err, viewerRole)
	}
	user, err := currentUser(ctx, c, *o.input.cluster.Impersonate)
	if err != nil {
		return nil, err
	}
	namespaces := []string{namespace}
	if o.input.allNamespaces {
		namespaces, namespace = nil, ""
	}
	// --request-timeout is for answers; a watch has no end.
	watching := rest.CopyConfig(config)
	watching.Timeout = 0
	source, err := fromcluster.New(watching, namespaces, log)
	if err != nil {
		return nil, err
	}
	return &consoleSource{
		Options: console.Options{
			Source: source, Log: log, Footer: texts.OfCluster(config.Host, namespace, string(user)),
			People: &caller{console.Person{User: user, Client: c, Session: rand.Text()}},
		},
		follow: source.Run,
	}, nil
}
