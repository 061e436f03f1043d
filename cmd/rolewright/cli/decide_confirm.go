// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/requests"
)

// requests reads the requests to decide: those that are named, or those for a role that wait for the user.
func (o *decideOptions) requests(ctx context.Context) ([]*v1alpha1.ApprovalRequest, error) {
	var found []*v1alpha1.ApprovalRequest
	for _, name := range o.names {
		request, err := o.client.getRequest(ctx, name)
		if err != nil {
			return nil, err
		}
		found = append(found, request)
	}
	if o.allFor == "" {
		return found, nil
	}
	approver := o.client.user
	if o.onBehalfOf != "" {
		approver = v1alpha1.UserID(o.onBehalfOf)
	}
	ref := requests.ParseRole(o.allFor)
	err := list(ctx, o.client.client, requesterRole, func(page *v1alpha1.ApprovalRequestList) {
		for i := range page.Items {
			request := &page.Items[i]
			if grant := request.Spec.Grant; grant != nil && grant.RoleRef == ref && len(requests.OpenSteps(request, approver)) > 0 {
				found = append(found, request)
			}
		}
	}, client.InNamespace(o.client.namespace))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, refuse(o.streams.ErrOut, "no request for role %s waits for %s", o.allFor, approver)
	}
	slices.SortFunc(found, func(a, b *v1alpha1.ApprovalRequest) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

// confirm shows what would be given, and asks whether it shall be.
func (o *decideOptions) confirm(plans []plannedDecision) error {
	if o.yes || o.verdict != v1alpha1.VerdictApprove {
		return nil
	}
	for i := range plans {
		request := plans[i].request
		_, _ = fmt.Fprintf(o.streams.Out, "%s, step %s\n", request.Name, plans[i].decision.Spec.Step)
		if err := writeTable(o.streams.Out, nil, detailRows("  ", request, time.Now())); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(o.streams.Out, "Approve %s? [y/N] ", english.Count(len(plans), "request"))
	answer, err := bufio.NewReader(o.streams.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	_, _ = fmt.Fprintln(o.streams.Out)
	if word := strings.ToLower(strings.TrimSpace(answer)); word == "y" || word == "yes" {
		return nil
	}
	return refuse(o.streams.ErrOut, "nothing is approved: answer y, or leave out the question with --yes")
}
