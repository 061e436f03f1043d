// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/validation"
)

// inCluster is set in every container of a cluster, where no kubeconfig is needed.
const inCluster = "KUBERNETES_SERVICE_HOST"

// requestsPerSecond and requestBurst are those of kubectl: with client-go's own, the kinds alone take a second to list.
const requestsPerSecond, requestBurst = 50, 300

// pageSize is how many objects are requested at a time.
const pageSize = 500

// orManifests is what a command that reads manifests too advises those to do who have no cluster.
const orManifests = ", or manifests with -f"

// restConfig returns how to reach the cluster of the flags, of the kubeconfig or of the container. The error says what to name
// instead: a cluster, or what else the command reads.
func (f *inputFlags) restConfig(otherwise string) (*rest.Config, error) {
	config, err := f.cluster.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("there is no cluster: %w: name one with --kubeconfig%s", err, otherwise)
	}
	if raw, err := f.cluster.ToRawKubeConfigLoader().RawConfig(); err == nil && len(raw.Clusters) == 0 && os.Getenv(inCluster) == "" {
		return nil, errors.New("there is no cluster: name one with --kubeconfig" + otherwise)
	}
	config.QPS, config.Burst = requestsPerSecond, requestBurst
	if f.warnings != nil {
		config.WarningHandlerWithContext = f.warnings
	}
	return config, nil
}

// client returns a client of the cluster.
func (f *inputFlags) client(otherwise string) (client.Client, error) {
	config, err := f.restConfig(otherwise)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		v1alpha1.AddToScheme, authenticationv1.AddToScheme, authorizationv1.AddToScheme, corev1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("the built-in kinds cannot be used: %w", err)
		}
	}
	c, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return nil, fmt.Errorf("cannot reach the cluster: %w", err)
	}
	return c, nil
}

// inNamespace returns the namespace to list: all of them, as none, with -A.
func (f *inputFlags) inNamespace(namespace string) client.InNamespace {
	if f.allNamespaces {
		namespace = ""
	}
	return client.InNamespace(namespace)
}

// loadCluster reads the objects of the selected namespaces, and those without a namespace.
func (f *inputFlags) loadCluster(ctx context.Context) (*validation.Input, error) {
	namespace, _, err := f.namespace()
	if err != nil {
		return nil, err
	}
	reader, err := f.client(orManifests)
	if err != nil {
		return nil, err
	}
	objects, err := readObjects(ctx, reader, f.inNamespace(namespace), f.errOut)
	if err != nil {
		return nil, err
	}
	input := validation.FromObjects(objects)
	input.Partial = !f.allNamespaces
	return input, nil
}

// readObjects lists every kind, within a namespace those that have one. It notes on errOut what the user may not read and the command
// can do without.
func readObjects(ctx context.Context, reader client.Reader, namespace client.InNamespace, errOut io.Writer) (intake.Objects, error) {
	var o intake.Objects
	for _, kind := range intake.Kinds() {
		if !kind.Namespaced {
			continue
		}
		if err := readKind(ctx, reader, &kind, &o, namespace); err != nil {
			return o, err
		}
	}
	err := readPlatform(ctx, reader, string(namespace), &o, errOut)
	return o, err
}

// readKind reads the objects of a kind, within a namespace if they have one.
func readKind(ctx context.Context, reader client.Reader, kind *intake.Kind, o *intake.Objects, options ...client.ListOption) error {
	return listPages(ctx, reader, viewerRole, kind.NewList, func(page intake.List) error {
		return meta.EachListItem(page, func(item runtime.Object) error {
			o.Append(item.(intake.Object))
			return nil
		})
	}, options...)
}

// objectList is a pointer to a list of objects.
type objectList[L any] interface {
	client.ObjectList
	*L
}

// list lists a kind page by page. The role is the least of the shipped ClusterRoles that allows what the command reads.
func list[L any, P objectList[L]](ctx context.Context, reader client.Reader, role string, add func(P), options ...client.ListOption) error {
	newPage := func() intake.List { return P(new(L)) }
	return listPages(ctx, reader, role, newPage, func(page intake.List) error {
		add(page.(P))
		return nil
	}, options...)
}

func listPages(
	ctx context.Context, reader client.Reader, role string, newPage func() intake.List, add func(intake.List) error,
	options ...client.ListOption,
) error {
	for token := ""; ; {
		page := newPage()
		if err := reader.List(ctx, page, append(options, client.Limit(pageSize), client.Continue(token))...); err != nil {
			return explainReadError(err, role)
		}
		if err := add(page); err != nil {
			return err
		}
		if token = page.GetContinue(); token == "" {
			return nil
		}
	}
}

// explainReadError explains why the API server did not return objects, and which ClusterRole would help.
func explainReadError(err error, role string) error {
	switch {
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return fmt.Errorf("the cluster does not know the kinds of %s: install Rolewright's CustomResourceDefinitions first (%w)",
			v1alpha1.GroupVersion, err)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return fmt.Errorf("you may not read what the command needs: %w%s", err, whatAllows(err, role))
	}
	return fmt.Errorf("reading the cluster: %w", err)
}

// explainWriteError explains why the API server did not accept an object.
func explainWriteError(action string, err error) error {
	switch {
	case meta.IsNoMatchError(err):
		return explainReadError(err, requesterRole)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return fmt.Errorf("you may not %s: %w%s", action, err, whatAllows(err, requesterRole))
	}
	return fmt.Errorf("the cluster does not let you %s: %w", action, err)
}
