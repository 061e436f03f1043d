// SPDX-License-Identifier: Apache-2.0

package document

// Labels that every published ConfigMap carries.
const (
	// LabelManagedBy is the well-known label of the program that manages an object; its value here is ManagedBy. The manager's
	// cache holds only ConfigMaps that carry it.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// ManagedBy is the value of LabelManagedBy.
	ManagedBy = "rolewright"
	// LabelOrganization names the organization that is published.
	LabelOrganization = "rolewright.dev/organization"
	// LabelPart of a shard says which section of the document it has members of.
	LabelPart = "rolewright.dev/part"
)

// IndexSelector selects the ConfigMaps that hold the index of a publication, and not those that hold further parts.
const IndexSelector = LabelManagedBy + "=" + ManagedBy + "," + LabelOrganization + ",!" + LabelPart
