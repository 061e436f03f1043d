// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/validation"
)

// inCluster is set in every container of a cluster, where no kubeconfig is needed.
const inCluster = "KUBERNETES_SERVICE_HOST"

// pageSize is how many objects are asked for at once.
const pageSize = 500

// clusterConfig says how to reach the cluster of the flags, of the kubeconfig or of the container.
func (in *inputs) clusterConfig() (*rest.Config, error) {
	config, err := in.cluster.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("no cluster to read: %w (to read manifests instead, name them with -f)", err)
	}
	if raw, err := in.cluster.ToRawKubeConfigLoader().RawConfig(); err == nil && len(raw.Clusters) == 0 && os.Getenv(inCluster) == "" {
		return nil, errors.New("nothing to read: name manifests with -f, or a cluster with --kubeconfig")
	}
	return config, nil
}

// readCluster reads the objects of a namespace, or of all with -A, and those that have none.
func (in *inputs) readCluster(ctx context.Context, namespace string) (*validation.Input, error) {
	reader, err := in.newClient()
	if err != nil {
		return nil, err
	}
	scope := client.InNamespace(namespace)
	if in.allNamespaces {
		scope = client.InNamespace("")
	}
	objects, err := readObjects(ctx, reader, scope)
	if err != nil {
		return nil, err
	}
	return validation.FromObjects(objects), nil
}

// readObjects reads every kind: those that have no namespace whole, the others in a scope.
func readObjects(ctx context.Context, reader client.Reader, scope client.ListOption) (intake.Objects, error) {
	var o intake.Objects
	for _, read := range []func() error{
		func() error {
			return list(ctx, reader, &v1alpha1.PermissionCatalogList{}, func(page *v1alpha1.PermissionCatalogList) {
				o.Catalogs = append(o.Catalogs, page.Items...)
			})
		},
		func() error {
			return list(ctx, reader, &v1alpha1.PlatformRoleList{}, func(page *v1alpha1.PlatformRoleList) {
				o.PlatformRoles = append(o.PlatformRoles, page.Items...)
			})
		},
		func() error {
			return list(ctx, reader, &v1alpha1.PlatformAssignmentList{}, func(page *v1alpha1.PlatformAssignmentList) {
				o.PlatformAssignments = append(o.PlatformAssignments, page.Items...)
			})
		},
		func() error {
			return list(ctx, reader, &v1alpha1.OrganizationList{}, func(page *v1alpha1.OrganizationList) {
				o.Organizations = append(o.Organizations, page.Items...)
			}, scope)
		},
		func() error {
			return list(ctx, reader, &v1alpha1.RoleList{}, func(page *v1alpha1.RoleList) {
				o.Roles = append(o.Roles, page.Items...)
			}, scope)
		},
		func() error {
			return list(ctx, reader, &v1alpha1.UserAssignmentList{}, func(page *v1alpha1.UserAssignmentList) {
				o.Assignments = append(o.Assignments, page.Items...)
			}, scope)
		},
		func() error {
			return list(ctx, reader, &v1alpha1.UserGroupList{}, func(page *v1alpha1.UserGroupList) {
				o.Groups = append(o.Groups, page.Items...)
			}, scope)
		},
		func() error {
			return list(ctx, reader, &v1alpha1.ApprovalChainList{}, func(page *v1alpha1.ApprovalChainList) {
				o.Chains = append(o.Chains, page.Items...)
			}, scope)
		},
		func() error {
			return list(ctx, reader, &v1alpha1.ApprovalRequestList{}, func(page *v1alpha1.ApprovalRequestList) {
				o.Requests = append(o.Requests, page.Items...)
			}, scope)
		},
	} {
		if err := read(); err != nil {
			return o, err
		}
	}
	return o, nil
}

// list reads a kind page by page.
func list[L client.ObjectList](ctx context.Context, reader client.Reader, page L, take func(L), options ...client.ListOption) error {
	for token := ""; ; {
		if err := reader.List(ctx, page, append(options, client.Limit(pageSize), client.Continue(token))...); err != nil {
			return explainList(err)
		}
		take(page)
		if token = page.GetContinue(); token == "" {
			return nil
		}
		// A page may be decoded over the one before it, which the caller has taken.
		page = page.DeepCopyObject().(L)
	}
}

func explainList(err error) error {
	switch {
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return fmt.Errorf("the cluster does not know the kinds of %s: install Rolewright's CustomResourceDefinitions first (%w)",
			v1alpha1.GroupVersion, err)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return fmt.Errorf("you may not read what is needed: %w", err)
	}
	return fmt.Errorf("reading the cluster: %w", err)
}
