// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"
	"time"
)

// Kinds of objects, as people write them.
const (
	KindCatalog            = "PermissionCatalog"
	KindPlatformRole       = "PlatformRole"
	KindPlatformAssignment = "PlatformAssignment"
	KindOrganization       = "Organization"
	KindStructure          = "OrganizationStructure"
	KindRole               = "Role"
	KindAssignment         = "UserAssignment"
	KindGroup              = "UserGroup"
	KindChain              = "ApprovalChain"
	KindRequest            = "ApprovalRequest"
	KindDecision           = "ApprovalDecision"
)

// Ref identifies an object. Namespace is empty for objects that have none.
type Ref struct {
	Kind, Namespace, Name string
}

// String is Kind/name, which is unambiguous within one organization.
func (r Ref) String() string { return r.Kind + "/" + r.Name }

// Compare orders references by kind, namespace and name.
func (r Ref) Compare(other Ref) int {
	return cmp.Or(cmp.Compare(r.Kind, other.Kind), cmp.Compare(r.Namespace, other.Namespace), cmp.Compare(r.Name, other.Name))
}

// Object is what every object carries.
type Object struct {
	Ref
	// Created is the creation time, to the second; zero when the object was read from a file.
	Created time.Time
	Origin
}

// Origin identifies a state of an object in a cluster: as long as it is the same, the object says the same. The zero Origin,
// of an object that was read from a file, is never that of another.
type Origin struct {
	UID        string
	Generation int64
}

// Older orders objects by creation time, then by name and kind: the newest come last.
func (o Object) Older(other Object) int {
	return cmp.Or(o.Created.Compare(other.Created), cmp.Compare(o.Name, other.Name), o.Ref.Compare(other.Ref))
}
