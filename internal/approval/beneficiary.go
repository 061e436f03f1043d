// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

// maxRecords is how many records of a beneficiary a request keeps.
const maxRecords = 16

// beneficiaryRecords returns the records that a request for a role keeps of its beneficiary; nil if it asks for none.
func (p *pass) beneficiaryRecords() []v1alpha1.UserRecord {
	if p.state.Request.Spec.Grant == nil {
		return nil
	}
	return p.personRecords()
}

// personRecords returns the records by which the person who has the beneficiary's id now is known again: their assignments, which
// nobody else ever has, or if they have none, their groups.
func (p *pass) personRecords() []v1alpha1.UserRecord {
	var own, groups []v1alpha1.UserRecord
	for _, record := range p.state.Records {
		known := v1alpha1.UserRecord{Kind: v1alpha1.Observed(record.Kind), UID: v1alpha1.Observed(record.UID)}
		switch {
		case record.UID == "":
		case record.Kind == model.KindGroup:
			known.MemberGeneration = record.Generation
			groups = append(groups, known)
		default:
			own = append(own, known)
		}
	}
	if len(own) == 0 {
		own = groups
	}
	slices.SortFunc(own, func(a, b v1alpha1.UserRecord) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.UID, b.UID))
	})
	return own[:min(len(own), maxRecords)]
}

// followBeneficiary brings the records of the beneficiary of a role up to date. Someone who was no user yet is known from the moment
// on at which they become one.
func (g *progress) followBeneficiary() {
	if g.status.Chain == nil || g.status.Chain.Grant == nil || g.pass.state.Index == nil {
		return
	}
	if len(g.status.BeneficiaryRecords) == 0 {
		g.status.BeneficiaryRecords = g.pass.personRecords()
	}
	for i := range g.status.BeneficiaryRecords {
		g.pass.followMember(&g.status.BeneficiaryRecords[i])
	}
	if g.pending() && len(g.pass.state.Records) > 0 && !g.isSamePerson() {
		g.end(v1alpha1.RequestDenied, g.pass.now, "the role cannot be given: "+g.otherPerson())
	}
}

// otherPerson says that the beneficiary is not the one for whom the role was asked.
func (g *progress) otherPerson() string {
	return fmt.Sprintf("%q is not the user any more for whom it was asked: what made them a user then was deleted; make the request again",
		g.pass.input.Beneficiary)
}

// followMember follows a record of a group from one generation to the next. Whether a user was a member all along can only be
// told of two generations that follow one another.
func (p *pass) followMember(record *v1alpha1.UserRecord) {
	if record.Kind != model.KindGroup {
		return
	}
	generation, is := p.generationOf(record)
	if !is || generation < record.MemberGeneration || generation-record.MemberGeneration > 1 {
		generation = 0
	}
	if record.MemberGeneration != 0 {
		record.MemberGeneration = generation
	}
}

// generationOf returns the generation of a record that still makes the beneficiary a user.
func (p *pass) generationOf(record *v1alpha1.UserRecord) (int64, bool) {
	for _, present := range p.state.Records {
		if present.Kind == string(record.Kind) && present.UID == string(record.UID) {
			return present.Generation, true
		}
	}
	return 0, false
}

// isSamePerson reports whether one of the records that the request keeps still makes the beneficiary a user.
func (g *progress) isSamePerson() bool {
	return slices.ContainsFunc(g.status.BeneficiaryRecords, func(record v1alpha1.UserRecord) bool {
		if record.Kind == model.KindGroup {
			return record.MemberGeneration != 0
		}
		_, is := g.pass.generationOf(&record)
		return is
	})
}

// endWithBeneficiary ends a role for good once its beneficiary is suspended, or is not the user any more to whom it was given.
func (g *progress) endWithBeneficiary() {
	grant, p := g.status.Grant, g.pass
	if grant == nil || grant.RevocationTime != nil || p.state.Index == nil || !p.now.Before(grant.EndTime.Time) {
		return
	}
	switch {
	case len(g.status.BeneficiaryRecords) > 0 && !g.isSamePerson():
		grant.RevocationReason = ReasonBeneficiaryGone
	case p.state.Index.IsSuspended(p.input.Beneficiary):
		grant.RevocationReason = ReasonBeneficiarySuspended
	default:
		return
	}
	grant.RevocationTime = timestamp(p.now)
}

// revocationMessage says why a role ended before its end.
func (p *pass) revocationMessage(grant *v1alpha1.GrantStatus) string {
	beneficiary, at := p.input.Beneficiary, grant.RevocationTime.UTC().Format(time.RFC3339)
	switch grant.RevocationReason {
	case ReasonBeneficiaryGone:
		return fmt.Sprintf("the role ended at %s: %q is not the user any more to whom it was given", at, beneficiary)
	case ReasonBeneficiarySuspended:
		return fmt.Sprintf("the role ended at %s: %q was suspended", at, beneficiary)
	case ReasonRenewedRoleRevoked:
		return fmt.Sprintf("the role ended at %s: the one that it prolongs, of request %q, was revoked, or that request was deleted",
			at, renewalName(p.state.Request))
	}
	return fmt.Sprintf("%q revoked the role at %s", grant.RevokedBy, at)
}
