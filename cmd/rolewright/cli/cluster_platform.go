// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/vocabulary"
)

// readPlatform lists the objects that are in no namespace. A user with rights in one namespace alone may not: they are given the
// catalogs and platform roles that the manager publishes there, and no platform assignments.
func readPlatform(ctx context.Context, reader client.Reader, namespace string, o *intake.Objects, errOut io.Writer) error {
	err := list(ctx, reader, viewerRole, func(page *v1alpha1.PermissionCatalogList) { o.Catalogs = append(o.Catalogs, page.Items...) })
	if err == nil {
		err = list(ctx, reader, viewerRole, func(page *v1alpha1.PlatformRoleList) { o.PlatformRoles = append(o.PlatformRoles, page.Items...) })
	}
	if apierrors.IsForbidden(err) && namespace != "" {
		o.Catalogs, o.PlatformRoles, err = readVocabulary(ctx, reader, namespace, err)
	}
	if err != nil {
		return err
	}
	err = list(ctx, reader, viewerRole, func(page *v1alpha1.PlatformAssignmentList) {
		o.PlatformAssignments = append(o.PlatformAssignments, page.Items...)
	})
	if apierrors.IsForbidden(err) && namespace != "" {
		_, _ = fmt.Fprintln(errOut, "note: you may not list platformassignments.rolewright.dev: users to whom they give roles may do more "+
			"than is shown, and users whom they suspend nothing")
		return nil
	}
	return err
}

// readVocabulary reads what the manager publishes in a namespace of catalogs and platform roles, for a user who was refused to list
// them.
func readVocabulary(
	ctx context.Context, reader client.Reader, namespace string, refused error,
) ([]v1alpha1.PermissionCatalog, []v1alpha1.PlatformRole, error) {
	configMap := &corev1.ConfigMap{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: vocabulary.Name}, configMap)
	switch {
	case apierrors.IsForbidden(err):
		return nil, nil, errors.Join(explainReadError(err, viewerRole), refused)
	case apierrors.IsNotFound(err):
		return nil, nil, fmt.Errorf("%w; ConfigMap %s/%s, which would do instead, does not exist: either the namespace contains no "+
			"Organization, or the manager has not written it", refused, namespace, vocabulary.Name)
	case err != nil:
		return nil, nil, explainReadError(err, viewerRole)
	}
	known, err := vocabulary.Read(configMap)
	if err != nil {
		return nil, nil, fmt.Errorf("namespace %s: %w", namespace, err)
	}
	return known.Catalogs, known.PlatformRoles, nil
}
