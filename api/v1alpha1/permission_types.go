// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// PermissionLevel says who may hold a permission.
//
// +kubebuilder:validation:Enum=Organization;Platform
type PermissionLevel string

// Levels of a permission.
const (
	// LevelOrganization permissions may be held through any role.
	LevelOrganization PermissionLevel = "Organization"
	// LevelPlatform permissions may be held only through PlatformRoles that are assignable to the platform, by its staff.
	LevelPlatform PermissionLevel = "Platform"
)

// ResourceType is a type of resources, as applications send it in resource.type. It is compared byte for byte.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type ResourceType string

// Section is a group of permissions that people read together.
type Section struct {
	// name of the section. Rules refer to it to select all its permissions.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the heading of the section that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the section is about.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Permission is something that users can do in the application.
type Permission struct {
	// name of the permission, which applications send in action.name, for example orders.approve.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule=`self.matches('^[^\\W_]([\\w.:/-]*[^\\W_])?$')`,message="must consist of ASCII letters, digits, '-', '_', '.', ':' or '/', and must start and end with a letter or digit, like 'orders.approve'"
	Name PermissionName `json:"name,omitempty"`

	// section is the name of the section that the permission belongs to.
	//
	// +required
	Section Name `json:"section,omitempty"`

	// displayName is the name of the permission that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the permission allows.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// implies names permissions that are held with this one, under the same conditions. Permissions that those imply
	// are held too.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Implies []PermissionName `json:"implies,omitempty"`

	// requiredFeatures names features of the catalog. Where any of them is not enabled, nobody holds the permission.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	RequiredFeatures []Name `json:"requiredFeatures,omitempty"`

	// resourceTypes are the types of the resources that the permission is about, for example [order]: a request about a
	// resource of any other type is denied, and a search for what a user can do to it leaves the permission out.
	// They are compared with resource.type; the kinds of units and spec.subjectTypes are types too. If absent, it is about
	// resources of every type. Publishing it needs readers that know rolewright.dev/permissions/v3.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	ResourceTypes []ResourceType `json:"resourceTypes,omitempty"`

	// level is Organization or Platform: a permission of level Platform can be held only through a PlatformRole that
	// is assignable to the platform. It defaults to Organization if absent.
	//
	// +optional
	Level PermissionLevel `json:"level,omitempty"`
}

// Qualifier is a named condition that restricts a permission, like the footnote of a table.
type Qualifier struct {
	// name of the qualifier.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self != 'yes'",message="a qualifier cannot be named yes: that is how a matrix shows a permission without condition"
	Name Name `json:"name,omitempty"`

	// displayName is the name of the qualifier that people see, for example assigned patients only.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says in words what the expression requires.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression is a CEL expression (https://cel.dev) that yields a boolean. The permission is held only if it yields
	// true; if it cannot be evaluated, the permission is not held. It sees subject (type, id, properties), action
	// (name, properties) and resource (type, id, properties, unit) of the request, completed with the attributes that
	// the directory knows; context, a map that the caller sends; now, a timestamp; and directory, with isManager(a, b)
	// and isAbove(a, b). For example: resource.properties.owner == subject.id
	//
	// +required
	Expression Expression `json:"expression,omitempty"`
}

// Prohibition is a condition under which permissions are denied to every user.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name the permissions or the sections that the prohibition refuses"
type Prohibition struct {
	// name of the prohibition.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the prohibition that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says why the permissions are denied.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression is a CEL expression (https://cel.dev) that yields a boolean. The permissions are denied if it yields
	// true, and also if it cannot be evaluated. It sees subject (type, id, properties), action (name, properties) and
	// resource (type, id, properties, unit) of the request, completed with the attributes that the directory knows;
	// context, a map that the caller sends; now, a timestamp; and directory, with isManager(a, b) and isAbove(a, b).
	// For example: resource.properties.orderedBy == subject.id
	//
	// +required
	Expression Expression `json:"expression,omitempty"`

	// permissions that the prohibition applies to.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections whose permissions the prohibition applies to, or * for all sections.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`
}
