// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// kindReader reads the objects of one kind.
type kindReader struct {
	kind string
	read func(ctx context.Context, reader client.Reader, o *intake.Objects, namespace client.InNamespace) error
}

// namespacedKinds read the kinds that are in a namespace.
var namespacedKinds = []kindReader{
	readerOf(model.KindOrganization, func(o *intake.Objects, page *v1alpha1.OrganizationList) {
		o.Organizations = append(o.Organizations, page.Items...)
	}),
	readerOf(model.KindStructure, func(o *intake.Objects, page *v1alpha1.OrganizationStructureList) {
		o.Structures = append(o.Structures, page.Items...)
	}),
	readerOf(model.KindRole, func(o *intake.Objects, page *v1alpha1.RoleList) { o.Roles = append(o.Roles, page.Items...) }),
	readerOf(model.KindAssignment, func(o *intake.Objects, page *v1alpha1.UserAssignmentList) {
		for i := range page.Items {
			o.Assignments = append(o.Assignments, &page.Items[i])
		}
	}),
	readerOf(model.KindGroup, func(o *intake.Objects, page *v1alpha1.UserGroupList) { o.Groups = append(o.Groups, page.Items...) }),
	readerOf(model.KindChain, func(o *intake.Objects, page *v1alpha1.ApprovalChainList) { o.Chains = append(o.Chains, page.Items...) }),
	readerOf(model.KindRequest, func(o *intake.Objects, page *v1alpha1.ApprovalRequestList) {
		o.Requests = append(o.Requests, page.Items...)
	}),
}

func readerOf[L any, P objectList[L]](kind string, add func(*intake.Objects, P)) kindReader {
	return kindReader{kind, func(ctx context.Context, reader client.Reader, o *intake.Objects, namespace client.InNamespace) error {
		return list(ctx, reader, viewerRole, func(page P) { add(o, page) }, namespace)
	}}
}
