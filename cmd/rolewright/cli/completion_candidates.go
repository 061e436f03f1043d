// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/requests"
)

// candidate is a name with its description.
func candidate[N, D ~string](name N, description D) string {
	return string(name) + "\t" + string(description)
}

func userCandidates(o *intake.Objects) (names []string) {
	for i := range o.Assignments {
		names = append(names, candidate(o.Assignments[i].Spec.User, o.Assignments[i].Spec.Profile.DisplayName))
	}
	for i := range o.Groups {
		names = append(names, requests.Texts(o.Groups[i].Spec.Members)...)
	}
	return names
}

func roleCandidates(o *intake.Objects) (names []string) {
	for i := range o.Roles {
		names = append(names, candidate(o.Roles[i].Name, o.Roles[i].Spec.DisplayName))
	}
	for i := range o.PlatformRoles {
		names = append(names, candidate(o.PlatformRoles[i].Name, o.PlatformRoles[i].Spec.DisplayName))
	}
	return names
}

func permissionCandidates(o *intake.Objects) (names []string) {
	for i := range o.Catalogs {
		for j := range o.Catalogs[i].Spec.Permissions {
			permission := &o.Catalogs[i].Spec.Permissions[j]
			names = append(names, candidate(permission.Name, permission.DisplayName))
		}
	}
	return names
}

func sectionCandidates(o *intake.Objects) (names []string) {
	for i := range o.Catalogs {
		for j := range o.Catalogs[i].Spec.Sections {
			section := &o.Catalogs[i].Spec.Sections[j]
			names = append(names, candidate(section.Name, section.DisplayName))
		}
	}
	return names
}

// unitCandidates returns the units of structures, and the one unit of an organization without any.
func unitCandidates(o *intake.Objects) (names []string) {
	structured := map[string]bool{}
	for i := range o.Structures {
		structured[o.Structures[i].Namespace+"/"+o.Structures[i].Spec.OrganizationRef.Name] = true
		for j := range o.Structures[i].Spec.Units {
			unit := &o.Structures[i].Spec.Units[j]
			names = append(names, candidate(unit.Name, unit.DisplayName))
		}
	}
	for i := range o.Organizations {
		organization := &o.Organizations[i]
		if !structured[organization.Namespace+"/"+organization.Name] {
			names = append(names, candidate(organization.Name, organization.Spec.DisplayName))
		}
	}
	return names
}

// organizationCandidates qualifies names where several namespaces have organizations.
func organizationCandidates(o *intake.Objects) (names []string) {
	several := len(o.Namespaces()) > 1
	for i := range o.Organizations {
		organization := &o.Organizations[i]
		name := organization.Name
		if several {
			name = organization.Namespace + "/" + name
		}
		names = append(names, candidate(name, organization.Spec.DisplayName))
	}
	return names
}

func catalogCandidates(o *intake.Objects) (names []string) {
	for i := range o.Catalogs {
		names = append(names, candidate(o.Catalogs[i].Name, o.Catalogs[i].Spec.DisplayName))
	}
	return names
}

func typeCandidates(o *intake.Objects) (names []string) {
	for i := range o.Chains {
		names = append(names, candidate(o.Chains[i].Spec.RequestType, "ApprovalChain "+o.Chains[i].Name))
	}
	return names
}

func stepCandidates(o *intake.Objects) (names []string) {
	for i := range o.Chains {
		for j := range o.Chains[i].Spec.Steps {
			names = append(names, candidate(o.Chains[i].Spec.Steps[j].Name, "ApprovalChain "+o.Chains[i].Name))
		}
	}
	return names
}

func requestCandidates(o *intake.Objects) (names []string) {
	for i := range o.Requests {
		request := &o.Requests[i]
		names = append(names, candidate(request.Name, requests.Asked(request)+" for "+string(intake.Beneficiary(&request.Spec))))
	}
	return names
}
