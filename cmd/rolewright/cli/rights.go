// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// ClusterRoles of config/rbac: to read everything, and to make requests, to decide, and to read what that takes.
const (
	viewerRole    = "rolewright-viewer"
	requesterRole = "rolewright-requester"
)

// whatAllows returns that a ClusterRole allows what the API server's authorizer has refused, and how to bind it. It returns nothing for
// another error, the refusal of a policy among them.
func whatAllows(refusal error, role string) string {
	status, is := errors.AsType[*apierrors.StatusError](refusal)
	if !is {
		return ""
	}
	message := status.Status().Message
	switch {
	case !strings.Contains(message, "is forbidden: User ") || !strings.Contains(message, " cannot "):
		return ""
	case strings.Contains(message, "at the cluster scope"):
		return "\nThe ClusterRole " + role + " allows it with a ClusterRoleBinding; with -n, a RoleBinding in one namespace suffices"
	}
	return "\nThe ClusterRole " + role + " allows it with a RoleBinding in the namespace"
}
