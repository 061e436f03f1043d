// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/model"
)

// ParseRole parses NAME, Role/NAME or PlatformRole/NAME.
func ParseRole(text string) v1alpha1.RoleReference {
	kind, name, qualified := strings.Cut(text, "/")
	switch {
	case qualified && kind == model.KindPlatformRole:
		return v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: name}
	case qualified && kind == model.KindRole:
		return v1alpha1.RoleReference{Name: name}
	}
	return v1alpha1.RoleReference{Name: text}
}

const howScopesAreWritten = "write everywhere, units=..., unitGroups=... or DIMENSION=..."

// ParseScope parses the parts of a scope: everywhere, or NAME=VALUES. The error begins with the part that is wrong.
func ParseScope(parts []string) (*v1alpha1.Scope, error) {
	scope := &v1alpha1.Scope{}
	for _, part := range parts {
		name, list, hasValues := strings.Cut(part, "=")
		values := strings.Split(list, ",")
		switch {
		case part == "everywhere":
			scope.Everywhere = new(true)
		case !hasValues || name == "" || list == "":
			return nil, fmt.Errorf("%s: %s", part, howScopesAreWritten)
		case name == "units":
			scope.Units = append(scope.Units, convertAll[v1alpha1.Name](values)...)
		case name == "unitGroups":
			scope.UnitGroups = append(scope.UnitGroups, convertAll[v1alpha1.Name](values)...)
		case list == "*":
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{Name: v1alpha1.DimensionName(name), All: new(true)})
		default:
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{
				Name: v1alpha1.DimensionName(name), Values: convertAll[v1alpha1.DimensionValue](values),
			})
		}
	}
	return scope, nil
}

func convertAll[T ~string](texts []string) []T {
	converted := make([]T, 0, len(texts))
	for _, text := range texts {
		converted = append(converted, T(text))
	}
	return converted
}

// ParseAttributes parses attributes that are written as NAME=VALUE with a value in JSON or plain text; nil if there are none.
func ParseAttributes(list []string) (v1alpha1.Attributes, error) {
	values, err := authzen.ParseProperties(list)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	attributes := v1alpha1.Attributes{}
	for name, value := range values {
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = apiextensionsv1.JSON{Raw: raw}
	}
	return attributes, nil
}

// By returns a request with what a user asks for: in their own name unless the spec names another requester. A service account that
// names one writes for them.
func By(user v1alpha1.UserID, spec *v1alpha1.ApprovalRequestSpec) *v1alpha1.ApprovalRequest {
	request := &v1alpha1.ApprovalRequest{Spec: *spec}
	if request.Spec.Requester == "" {
		request.Spec.Requester = user
	}
	if request.Spec.Requester != user && strings.HasPrefix(string(user), "system:serviceaccount:") {
		request.Spec.Via = v1alpha1.ServiceAccountUser(user)
	}
	return request
}

// Renew returns the spec of a request that prolongs the role of another, for the duration and from the time that a grant says.
func Renew(renewed *v1alpha1.ApprovalRequest, during v1alpha1.RequestedGrant, justification string) (*v1alpha1.ApprovalRequestSpec, error) {
	if renewed.Spec.Grant == nil {
		return nil, fmt.Errorf("request %s is not for a role: there is nothing to prolong", renewed.Name)
	}
	if during.DurationSeconds == 0 {
		during.DurationSeconds = renewed.Spec.Grant.DurationSeconds
	}
	during.RoleRef, during.Scope = renewed.Spec.Grant.RoleRef, renewed.Spec.Grant.Scope
	during.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: renewed.Name, UID: string(renewed.UID)}
	spec := renewed.Spec.DeepCopy()
	spec.Requester, spec.Grant = "", &during
	if spec.Beneficiary == "" {
		spec.Beneficiary = renewed.Spec.Requester
	}
	if justification != "" {
		spec.Justification = v1alpha1.Description(justification)
	}
	return spec, nil
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// NamePrefix returns the prefix of the generated name of a request of a type.
func NamePrefix(requestType string) string {
	const most = 40
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(requestType), "-"), "-")
	if name == "" {
		return "request-"
	}
	return strings.TrimSuffix(name[:min(len(name), most)], "-") + "-"
}

// NamedRoles returns the roles that the policy of a chain names.
func NamedRoles(roles *v1alpha1.GrantableRoles) []string {
	var names []string
	for i := range roles.RoleRefs {
		names = append(names, roles.RoleRefs[i].Name)
	}
	if roles.UpToRoleRef != nil {
		names = append(names, roles.UpToRoleRef.Name)
	}
	return names
}
