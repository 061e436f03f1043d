// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/pflag"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// submitting is the flags that say what approval is asked for.
type submitting struct {
	requester, beneficiary, unit, role string
	attributes                         []string
}

func (s *submitting) addFlags(flags *pflag.FlagSet, requester string) {
	flags.StringVar(&s.requester, "requester", "", requester)
	flags.StringVar(&s.beneficiary, "beneficiary", "", "`USER` for whom it is asked; without it, the requester")
	flags.StringVar(&s.unit, "unit", "", "`UNIT` that it is about; without it, the root")
	flags.StringArrayVar(&s.attributes, "attribute", nil,
		"fact about the request, as `NAME=VALUE`; the value is JSON, or else text; may be given several times")
	flags.StringVar(&s.role, "role", "", "`ROLE` that the beneficiary shall hold for a while, as NAME or PlatformRole/NAME")
}

// spec is what is asked for, of one kind of request.
func (s *submitting) spec(requestType string) (v1alpha1.ApprovalRequestSpec, error) {
	spec := v1alpha1.ApprovalRequestSpec{
		Type: v1alpha1.Name(requestType), Requester: v1alpha1.UserID(s.requester),
		Beneficiary: v1alpha1.UserID(s.beneficiary), Unit: v1alpha1.Name(s.unit),
	}
	attributes, err := pairs("attribute", s.attributes)
	if err != nil {
		return spec, err
	}
	if _, twice := attributes["unit"]; twice {
		return spec, usagef("--attribute unit=...: name the unit with --unit")
	}
	for name, value := range attributes {
		raw, err := json.Marshal(value)
		if err != nil {
			return spec, usagef("--attribute %s: %v", name, err)
		}
		if spec.Attributes == nil {
			spec.Attributes = v1alpha1.Attributes{}
		}
		spec.Attributes[name] = apiextensionsv1.JSON{Raw: raw}
	}
	if s.role != "" {
		spec.Grant = &v1alpha1.RequestedGrant{RoleRef: roleReference(s.role)}
	}
	return spec, nil
}

// roleReference reads NAME, Role/NAME or PlatformRole/NAME.
func roleReference(text string) v1alpha1.RoleReference {
	kind, name, qualified := strings.Cut(text, "/")
	switch {
	case qualified && kind == model.KindPlatformRole:
		return v1alpha1.RoleReference{Kind: v1alpha1.RoleKindPlatformRole, Name: name}
	case qualified && kind == model.KindRole:
		return v1alpha1.RoleReference{Name: name}
	}
	return v1alpha1.RoleReference{Name: text}
}

// oneType is the argument of commands that speak of one kind of request.
func oneType(args []string) (string, error) {
	if len(args) != 1 {
		return "", usagef("name one type of request, for example: work-order")
	}
	return args[0], nil
}
