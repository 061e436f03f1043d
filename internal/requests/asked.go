// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Asked returns in a few words what a request asks for: a role with its place and duration, or what its type says.
func Asked(request *v1alpha1.ApprovalRequest) string {
	spec := &request.Spec
	place := " in " + string(spec.Unit)
	if spec.Unit == "" {
		place = ""
	}
	if spec.Grant == nil {
		return string(spec.RequestType) + place
	}
	if spec.Grant.Scope != nil {
		place = " in " + Scope(spec.Grant.Scope)
	}
	text := spec.Grant.RoleRef.Name + place
	if seconds := DurationSeconds(request); seconds > 0 {
		text += " for " + Duration(seconds)
	}
	return text
}

// DurationSeconds returns for how long a role is asked for: as its chain says, if the request does not; 0 if that is not known yet.
func DurationSeconds(request *v1alpha1.ApprovalRequest) int64 {
	if chain := request.Status.Chain; chain != nil && chain.Grant != nil {
		return chain.Grant.DurationSeconds
	}
	return int64(request.Spec.Grant.DurationSeconds)
}

// Duration returns a duration without the units of which there are none: 8h, 1d12h.
func Duration(seconds int64) string {
	var text strings.Builder
	for _, unit := range []struct {
		name    string
		seconds int64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}} {
		if n := seconds / unit.seconds; n > 0 {
			text.WriteString(strconv.FormatInt(n, 10) + unit.name)
		}
		seconds %= unit.seconds
	}
	return text.String()
}

// Scope returns the parts of a scope, as ParseScope reads them.
func Scope(scope *v1alpha1.Scope) string {
	var parts []string
	if scope.Everywhere != nil && *scope.Everywhere {
		parts = append(parts, "everywhere")
	}
	add := func(name string, values []string) {
		if len(values) > 0 {
			parts = append(parts, name+"="+strings.Join(values, ","))
		}
	}
	add("units", Texts(scope.Units))
	add("unitGroups", Texts(scope.UnitGroups))
	for i := range scope.Dimensions {
		d := &scope.Dimensions[i]
		if d.All != nil && *d.All {
			add(string(d.Name), []string{"*"})
		}
		add(string(d.Name), Texts(d.Values))
	}
	return strings.Join(parts, " ")
}

// Texts returns words of the API as texts.
func Texts[T ~string](words []T) []string {
	texts := make([]string, 0, len(words))
	for _, word := range words {
		texts = append(texts, string(word))
	}
	return texts
}
