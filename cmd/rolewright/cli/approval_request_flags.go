// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

// approvalRequestFlags describe an ApprovalRequest.
type approvalRequestFlags struct {
	requester, beneficiary, unit, role string
	justification                      string
	duration                           time.Duration
	from                               string
	attributes, scope                  []string
}

func (f *approvalRequestFlags) addFlags(flags *pflag.FlagSet, requesterUsage string) {
	flags.StringVar(&f.requester, "requester", "", requesterUsage)
	flags.StringVar(&f.beneficiary, "beneficiary", "", "`USER` for whom the request is made; the requester by default")
	flags.StringVar(&f.unit, "unit", "", "`UNIT` of the request; the root by default")
	flags.StringArrayVar(&f.attributes, "attribute", nil,
		"attribute of the request, as `NAME=VALUE` with a value in JSON or plain text; may be repeated")
	flags.StringVar(&f.role, "role", "", "`ROLE` that the beneficiary is to hold for a while, as NAME or PlatformRole/NAME")
	flags.StringVar(&f.justification, "justification", "", "`TEXT` that tells those who decide why")
	flags.DurationVar(&f.duration, "for", 0, "how long the role is to be held, for example 8h; as long as the chain says by default")
	flags.StringVar(&f.from, "from", "",
		"`TIME` from which the role is to be held, as 2006-01-02 or 2006-01-02T15:04:05Z; the approval by default")
	flags.StringArrayVar(&f.scope, "scope", nil,
		"part of the role's scope, as `everywhere` or NAME=VALUES; may be repeated")
}

// toSpec returns the spec of a request of a type.
func (f *approvalRequestFlags) toSpec(requestType string) (v1alpha1.ApprovalRequestSpec, error) {
	spec := v1alpha1.ApprovalRequestSpec{
		RequestType: v1alpha1.Name(requestType), Requester: v1alpha1.UserID(f.requester),
		Beneficiary: v1alpha1.UserID(f.beneficiary), Unit: v1alpha1.Name(f.unit),
	}
	var err error
	if spec.Attributes, err = requests.ParseAttributes(f.attributes); err != nil {
		return spec, usagef("--attribute %v", err)
	}
	if _, isSet := spec.Attributes["unit"]; isSet {
		return spec, usagef("--attribute unit=...: name the unit with --unit")
	}
	spec.Justification = v1alpha1.Description(f.justification)
	spec.Grant, err = f.toGrant()
	return spec, err
}

// toGrant returns the role of the flags; nil if they name none.
func (f *approvalRequestFlags) toGrant() (*v1alpha1.RequestedGrant, error) {
	scope, err := requests.ParseScope(f.scope)
	switch {
	case err != nil:
		return nil, usagef("--scope %v", err)
	case f.role == "" && (f.duration != 0 || f.from != "" || len(f.scope) > 0):
		return nil, usagef("--for, --from and --scope are for roles: name one with --role")
	case f.role == "":
		return nil, nil
	}
	grant, err := f.toDuration()
	if err != nil {
		return nil, err
	}
	grant.RoleRef = requests.ParseRole(f.role)
	if len(f.scope) > 0 {
		grant.Scope = scope
	}
	return grant, nil
}

// toDuration returns a grant with nothing but its duration and its start.
func (f *approvalRequestFlags) toDuration() (*v1alpha1.RequestedGrant, error) {
	if f.duration < 0 || f.duration%time.Second != 0 || f.duration.Seconds() >= 1<<31 {
		return nil, usagef("say how long the role is to be held, in whole seconds, for example --for 8h")
	}
	grant := &v1alpha1.RequestedGrant{DurationSeconds: int32(f.duration / time.Second)}
	if f.from != "" {
		start, err := parseTime("--from", f.from)
		if err != nil {
			return nil, err
		}
		grant.StartTime = &metav1.Time{Time: start}
	}
	return grant, nil
}

// parseRequestType returns the only argument, the type of a request. A renewal has the type of the request that it renews.
func parseRequestType(args []string, renewal bool) (string, error) {
	if renewal && len(args) == 0 {
		return "", nil
	}
	if len(args) != 1 {
		return "", usagef("name one type of request, for example: work-order")
	}
	return args[0], nil
}
