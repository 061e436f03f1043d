// SPDX-License-Identifier: Apache-2.0

package approval

// Reasons of decisions that count, and of those that do not.
const (
	// ReasonCounted is the reason of every decision that counts.
	ReasonCounted = "Counted"
	// ReasonUnknownRequest decisions name a request that does not exist.
	ReasonUnknownRequest = "UnknownRequest"
	// ReasonRequestMismatch decisions are about an earlier or later request of the same name.
	ReasonRequestMismatch = "RequestMismatch"
	// ReasonDigestMismatch decisions are about another chain than the request's.
	ReasonDigestMismatch = "DigestMismatch"
	// ReasonUnknownStep decisions name a step that the request's chain does not have.
	ReasonUnknownStep = "UnknownStep"
	// ReasonOwnRequest decisions are made by the requester or the beneficiary, or in their name.
	ReasonOwnRequest = "OwnRequest"
	// ReasonNotApprover decisions are made by, or on behalf of, a user who was no approver of the step when the request was opened.
	ReasonNotApprover = "NotApprover"
	// ReasonNotEligible decisions are made by, or on behalf of, a user who may not decide the step at that time.
	ReasonNotEligible = "NotEligible"
	// ReasonOnBehalfNotPermitted decisions are made on behalf of another user without the permission to do so.
	ReasonOnBehalfNotPermitted = "OnBehalfNotPermitted"
	// ReasonAlreadyDecided decisions follow another one for the same approver.
	ReasonAlreadyDecided = "AlreadyDecided"
	// ReasonDecidedOtherStep decisions are made by, or on behalf of, a user whose decision counts in another step, if the chain asks
	// for distinct approvers.
	ReasonDecidedOtherStep = "DecidedOtherStep"
	// ReasonStepNotOpen decisions were made before their step began, or their step asks nobody.
	ReasonStepNotOpen = "StepNotOpen"
	// ReasonStepClosed decisions arrived after their step had ended.
	ReasonStepClosed = "StepClosed"
	// ReasonRequestClosed decisions arrived after the request had ended.
	ReasonRequestClosed = "RequestClosed"
	// ReasonRequestNotOpen decisions were made before the request was opened, or it waits for something that is missing.
	ReasonRequestNotOpen = "RequestNotOpen"
	// ReasonWithdrawalNotPermitted withdrawals are made by a user who may not withdraw the request.
	ReasonWithdrawalNotPermitted = "WithdrawalNotPermitted"
	// ReasonNotRevocable revocations are about a role that was not held at that time, or had been revoked.
	ReasonNotRevocable = "NotRevocable"
	// ReasonPoliciesNotEnforced decisions were made when the API server was not known to enforce the policies on which approvals rest.
	// It is the reason of the condition Ready of pending requests too, as long as that is not known.
	ReasonPoliciesNotEnforced = "PoliciesNotEnforced"
	// ReasonRevocationNotPermitted revocations are made by a user who may not revoke the role.
	ReasonRevocationNotPermitted = "RevocationNotPermitted"
)

// ReasonTooManyRequests requests were denied because their requester has too many others. It is the reason of the conditions that
// say how a request ended, where others have its state.
const ReasonTooManyRequests = "TooManyRequests"

// ReasonAttributesTooLarge requests were denied because their attributes are too large. It is the reason of the same conditions.
const ReasonAttributesTooLarge = "AttributesTooLarge"

// Reasons of the condition Ready that are not the request's state.
const (
	// ReasonOrganizationNotResolved requests wait for their organization.
	ReasonOrganizationNotResolved = "OrganizationNotResolved"
	// ReasonChainNotObserved requests wait until the manager has observed their chain.
	ReasonChainNotObserved = "ChainNotObserved"
	// ReasonInvalidStatus requests have a status that someone changed, so that it cannot be read.
	ReasonInvalidStatus = "InvalidStatus"
	// ReasonDeleting requests are being deleted, and something keeps them. It is a reason of Granted too.
	ReasonDeleting = "Deleting"
	// ReasonUnknownRequester requests wait for their requester to become a user of the organization.
	ReasonUnknownRequester = "UnknownRequester"
	// ReasonUnknownBeneficiary requests wait for their beneficiary to become one.
	ReasonUnknownBeneficiary = "UnknownBeneficiary"
	// ReasonUnknownUnit requests wait for their unit.
	ReasonUnknownUnit = "UnknownUnit"
	// ReasonUnknownRole requests wait for the role that they ask for, or for one that their chain names.
	ReasonUnknownRole = "UnknownRole"
	// ReasonUnknownPermission requests wait for a permission whose holders may make them.
	ReasonUnknownPermission = "UnknownPermission"
	// ReasonUnknownDimensionValue requests wait for a value of a dimension that they are about, or of the scope of their role.
	ReasonUnknownDimensionValue = "UnknownDimensionValue"
	// ReasonUnknownDimension requests wait for a dimension in the scope of their role.
	ReasonUnknownDimension = "UnknownDimension"
	// ReasonUnknownUnitGroup requests wait for a group of units in the scope of their role.
	ReasonUnknownUnitGroup = "UnknownUnitGroup"
	// ReasonNoMatchingChain requests wait for a chain for their type.
	ReasonNoMatchingChain = "NoMatchingChain"
	// ReasonRenewedRequestPending requests wait for the request whose role they prolong.
	ReasonRenewedRequestPending = "RenewedRequestPending"
	// ReasonOutcomeUnreachable requests have votes, or ask for approvers, with which a step cannot be approved any more.
	ReasonOutcomeUnreachable = "OutcomeUnreachable"
	// ReasonNoEligibleApprover requests wait in a step that too few users may decide.
	ReasonNoEligibleApprover = "NoEligibleApprover"
)

// Reasons of the condition Granted.
const (
	// ReasonGranted requests give their role now.
	ReasonGranted = "Granted"
	// ReasonGrantExpiring requests give their role now, and soon no more.
	ReasonGrantExpiring = "GrantExpiring"
	// ReasonNotStarted requests will give their role later.
	ReasonNotStarted = "NotStarted"
	// ReasonPending requests may still give their role.
	ReasonPending = "Pending"
	// ReasonNotGranted requests ended without giving a role.
	ReasonNotGranted = "NotGranted"
	// ReasonGrantExpired requests gave their role until its end.
	ReasonGrantExpired = "GrantExpired"
	// ReasonRevoked requests gave a role that was revoked.
	ReasonRevoked = "Revoked"
	// ReasonBeneficiarySuspended requests gave a role that ended when its beneficiary was suspended.
	ReasonBeneficiarySuspended = "BeneficiarySuspended"
	// ReasonBeneficiaryGone requests gave a role that ended when its beneficiary was no user any more, or another one of the same id.
	ReasonBeneficiaryGone = "BeneficiaryGone"
	// ReasonRenewedRoleRevoked requests gave a role that ended because the one that it prolongs was revoked, or its request deleted.
	ReasonRenewedRoleRevoked = "RenewedRoleRevoked"
)

// Reasons of events.
const (
	eventStepOpened   = "StepOpened"
	eventStepApproved = "StepApproved"
	eventEscalated    = "StepEscalated"
	eventReminder     = "StepReminder"
)
