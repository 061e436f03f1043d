// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// AdministrationRule says what the holders of a role may change of the organization itself: of other users, of the
// objects that the organization keeps, or of what the platform settles with it. It holds where the role is held: a user
// lies in their home unit. Roles that inherit this one have the rule as well.
//
// +kubebuilder:validation:XValidation:rule="has(self.userActions) || has(self.profile) || has(self.resources) || has(self.subscription)",message="say what may be changed: userActions, profile, resources or subscription"
// +kubebuilder:validation:XValidation:rule="has(self.roles) == (has(self.userActions) && self.userActions.exists(a, a in ['GiveRoles', 'TakeRoles', 'WriteOverrides']))",message="set roles if userActions has GiveRoles, TakeRoles or WriteOverrides, and only then"
type AdministrationRule struct {
	// name of the rule, unique in the role, for example roles-of-direct-reports. Refusals name it.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// qualifiers of the catalog that must all be true of a user, by name. They are asked with the user as the resource,
	// for example directory.isManager(subject.id, resource.id). If absent, the rule is about every user whose home unit
	// lies in the scope. They do not limit resources and subscription.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Qualifiers []Name `json:"qualifiers,omitempty"`

	// userActions are what may be done to a user: Add, to make a person a user of the organization; Suspend, which
	// includes ending a suspension; Remove, to delete what makes them a user; GiveRoles and TakeRoles, for the roles in
	// roles; WriteOverrides, for permissions that one of those roles holds without a condition, or that no
	// role holds.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	UserActions []UserAction `json:"userActions,omitempty"`

	// roles that may be given and taken. They go with GiveRoles, TakeRoles and WriteOverrides. A user who holds a role
	// beyond them is out of the reach of the rule.
	//
	// +optional
	Roles *AdministeredRoles `json:"roles,omitempty"`

	// profile lists what may be changed in the profile of a user.
	//
	// +optional
	Profile *AdministeredProfile `json:"profile,omitempty"`

	// resources are the objects of the organization that may be written: UserGroups; Roles; Units, with groups of units;
	// ApprovalChains; Constraints, with their waivers; Settings, which are default grants and how the organization is
	// published. Whatever anyone gains or loses by such a change must be what the writer may give and take.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Resources []AdministeredResource `json:"resources,omitempty"`

	// subscription is what may be changed of the terms between platform and organization: Catalog, Plan, Features,
	// Labels, and CatalogWaivers, the waivers of the catalog's constraints. It has an effect only in a PlatformRole that
	// is assignable to the platform.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Subscription []SubscriptionPart `json:"subscription,omitempty"`
}

// UserAction is what an AdministrationRule lets be done to a user.
//
// +kubebuilder:validation:Enum=Add;Suspend;Remove;GiveRoles;TakeRoles;WriteOverrides
type UserAction string

// What may be done to a user.
const (
	// UserActionAdd makes a person a user of the organization.
	UserActionAdd UserAction = "Add"
	// UserActionSuspend suspends a user, or ends their suspension.
	UserActionSuspend UserAction = "Suspend"
	// UserActionRemove deletes what makes a person a user of the organization.
	UserActionRemove UserAction = "Remove"
	// UserActionGiveRoles gives roles, or prolongs and widens what is held.
	UserActionGiveRoles UserAction = "GiveRoles"
	// UserActionTakeRoles takes roles, or shortens and narrows what is held.
	UserActionTakeRoles UserAction = "TakeRoles"
	// UserActionWriteOverrides gives and takes single permissions.
	UserActionWriteOverrides UserAction = "WriteOverrides"
)

// AdministeredRolesFrom is the way in which AdministeredRoles names roles.
//
// +kubebuilder:validation:Enum=Listed;UpTo;OwnRank;All
type AdministeredRolesFrom string

// Ways in which roles are named.
const (
	// AdministeredRolesListed names roles one by one.
	AdministeredRolesListed AdministeredRolesFrom = "Listed"
	// AdministeredRolesUpTo names a role and every role that it inherits, directly or not.
	AdministeredRolesUpTo AdministeredRolesFrom = "UpTo"
	// AdministeredRolesOwnRank names the role that the writer was granted and every role that it inherits.
	AdministeredRolesOwnRank AdministeredRolesFrom = "OwnRank"
	// AdministeredRolesAll names every role that is assignable to organizations.
	AdministeredRolesAll AdministeredRolesFrom = "All"
)

// AdministeredRoles are the roles that an AdministrationRule is about, for example {from: OwnRank}.
//
// +union
// +kubebuilder:validation:XValidation:rule="(self.from == 'Listed') == has(self.roleRefs)",message="set roleRefs if from is Listed, and only then"
// +kubebuilder:validation:XValidation:rule="(self.from == 'UpTo') == has(self.upToRoleRef)",message="set upToRoleRef if from is UpTo, and only then"
type AdministeredRoles struct {
	// from is Listed, for the roles in roleRefs; UpTo, for the role in upToRoleRef and every role that it inherits;
	// OwnRank, for the role that the writer was granted and every role that it inherits, also where the rule itself is
	// inherited; or All, for every role that is assignable to organizations.
	//
	// +required
	// +unionDiscriminator
	From AdministeredRolesFrom `json:"from,omitempty"`

	// roleRefs refer to the roles. They go with Listed.
	//
	// +optional
	// +unionMember
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	RoleRefs []RoleReference `json:"roleRefs,omitempty"`

	// upToRoleRef refers to the highest role. It goes with UpTo.
	//
	// +optional
	// +unionMember
	UpToRoleRef *RoleReference `json:"upToRoleRef,omitempty"`

	// exceptRoleRefs refer to roles that may not be given or taken, nor any role that inherits one of them. If one of
	// them does not exist, no role may.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	ExceptRoleRefs []RoleReference `json:"exceptRoleRefs,omitempty"`
}

// AdministeredProfile is what an AdministrationRule lets be changed in the profile of a user, for example
// {fields: [HomeUnit], attributes: [employeeNumber]}.
//
// +kubebuilder:validation:XValidation:rule="has(self.fields) || has(self.attributes)",message="name fields or attributes"
type AdministeredProfile struct {
	// fields are Manager, HomeUnit and DisplayName.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Fields []ProfileField `json:"fields,omitempty"`

	// attributes are the names of attributes, for example [employeeNumber], or * for every attribute.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Attributes []AttributeSelector `json:"attributes,omitempty"`
}

// ProfileField is a field of a user's profile.
//
// +kubebuilder:validation:Enum=Manager;HomeUnit;DisplayName
type ProfileField string

// Fields of a profile.
const (
	// ProfileFieldManager is whom the user reports to.
	ProfileFieldManager ProfileField = "Manager"
	// ProfileFieldHomeUnit is the unit in which the user lies.
	ProfileFieldHomeUnit ProfileField = "HomeUnit"
	// ProfileFieldDisplayName is the name of the user that people see.
	ProfileFieldDisplayName ProfileField = "DisplayName"
)

// AttributeSelector is the name of an attribute, or * for every attribute.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type AttributeSelector string

// AdministeredResource is a kind of thing that an organization keeps of itself.
//
// +kubebuilder:validation:Enum=UserGroups;Roles;Units;ApprovalChains;Constraints;Settings
type AdministeredResource string

// What an organization keeps of itself.
const (
	// AdministeredUserGroups are UserGroups.
	AdministeredUserGroups AdministeredResource = "UserGroups"
	// AdministeredCustomRoles are Roles.
	AdministeredCustomRoles AdministeredResource = "Roles"
	// AdministeredUnits are the units and unit groups of OrganizationStructures.
	AdministeredUnits AdministeredResource = "Units"
	// AdministeredApprovalChains are ApprovalChains.
	AdministeredApprovalChains AdministeredResource = "ApprovalChains"
	// AdministeredConstraints are the constraints of OrganizationStructures, and their waivers.
	AdministeredConstraints AdministeredResource = "Constraints"
	// AdministeredSettings are what the organization says of itself besides its subscription.
	AdministeredSettings AdministeredResource = "Settings"
)

// SubscriptionPart is a part of the terms between the platform and an organization.
//
// +kubebuilder:validation:Enum=Catalog;Plan;Features;Labels;CatalogWaivers
type SubscriptionPart string

// Parts of a subscription.
const (
	// SubscriptionCatalog is the catalog that the organization refers to.
	SubscriptionCatalog SubscriptionPart = "Catalog"
	// SubscriptionPlan is the plan.
	SubscriptionPlan SubscriptionPart = "Plan"
	// SubscriptionFeatures are the features that are turned on besides those of the plan.
	SubscriptionFeatures SubscriptionPart = "Features"
	// SubscriptionLabels are the labels of the Organization, by which platform assignments pick it.
	SubscriptionLabels SubscriptionPart = "Labels"
	// SubscriptionCatalogWaivers are the waivers of the catalog's constraints.
	SubscriptionCatalogWaivers SubscriptionPart = "CatalogWaivers"
)
