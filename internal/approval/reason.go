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
	// ReasonNameMismatch decisions are not named as DecisionName has it, so that they could be one too many.
	ReasonNameMismatch = "NameMismatch"
	// ReasonDigestMismatch decisions are about another chain than the request's.
	ReasonDigestMismatch = "DigestMismatch"
	// ReasonUnknownStep decisions name a step that the request's chain does not have.
	ReasonUnknownStep = "UnknownStep"
	// ReasonOwnRequest decisions are made by the requester or the beneficiary, or in their name.
	ReasonOwnRequest = "OwnRequest"
	// ReasonNotApprover decisions are made by, or for, somebody who was no approver of the step when the request was opened.
	ReasonNotApprover = "NotApprover"
	// ReasonNotEligible decisions are made by, or for, somebody who may not decide the step at that moment.
	ReasonNotEligible = "NotEligible"
	// ReasonOnBehalfNotPermitted decisions are made for somebody else without the permission to do so.
	ReasonOnBehalfNotPermitted = "OnBehalfNotPermitted"
	// ReasonAlreadyDecided decisions come after another one for the same approver.
	ReasonAlreadyDecided = "AlreadyDecided"
	// ReasonDecidedOtherStep decisions come from somebody whose decision counts in another step, where the chain asks for different
	// people.
	ReasonDecidedOtherStep = "DecidedOtherStep"
	// ReasonStepNotOpen decisions were made before their step began, or their step asks nobody.
	ReasonStepNotOpen = "StepNotOpen"
	// ReasonStepClosed decisions found their step decided.
	ReasonStepClosed = "StepClosed"
	// ReasonRequestClosed decisions found the request ended.
	ReasonRequestClosed = "RequestClosed"
	// ReasonRequestNotOpen decisions were made before the request was opened, or it waits for something that is missing.
	ReasonRequestNotOpen = "RequestNotOpen"
	// ReasonNotRequester withdrawals are not the requester's.
	ReasonNotRequester = "NotRequester"
	// ReasonNotRevocable revocations find no role that could be taken back.
	ReasonNotRevocable = "NotRevocable"
	// ReasonRevocationNotPermitted revocations are made by somebody who has no say in it.
	ReasonRevocationNotPermitted = "RevocationNotPermitted"
)

// Reasons of the condition Ready that are not the request's state.
const (
	// ReasonOrganizationNotResolved requests wait for their organization.
	ReasonOrganizationNotResolved = "OrganizationNotResolved"
	// ReasonChainNotObserved requests wait for their chain to be read.
	ReasonChainNotObserved = "ChainNotObserved"
	// ReasonUnknownRequester requests wait for their requester to become a user of the organization.
	ReasonUnknownRequester = "UnknownRequester"
	// ReasonUnknownBeneficiary requests wait for their beneficiary to become one.
	ReasonUnknownBeneficiary = "UnknownBeneficiary"
	// ReasonUnknownUnit requests wait for their unit.
	ReasonUnknownUnit = "UnknownUnit"
	// ReasonNoMatchingChain requests wait for a chain that is for their type.
	ReasonNoMatchingChain = "NoMatchingChain"
	// ReasonNoEligibleApprover requests wait in a step that not enough people may decide.
	ReasonNoEligibleApprover = "NoEligibleApprover"
)

// Reasons of the condition Granted.
const (
	// ReasonGranted requests give their role now.
	ReasonGranted = "Granted"
	// ReasonPending requests may give their role yet.
	ReasonPending = "Pending"
	// ReasonNotGranted requests ended without giving a role.
	ReasonNotGranted = "NotGranted"
	// ReasonGrantExpired requests gave their role until its end.
	ReasonGrantExpired = "GrantExpired"
	// ReasonRevoked requests gave a role that was taken back.
	ReasonRevoked = "Revoked"
)

// Reasons of events.
const (
	eventOpened       = "Opened"
	eventStepOpened   = "StepOpened"
	eventStepApproved = "StepApproved"
	eventEscalated    = "StepEscalated"
	eventReminder     = "StepReminder"
)
