// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"crypto/sha256"
	"encoding/hex"
)

// decisionNameDigits is how much of the digest a decision's name has: 160 bits.
const decisionNameDigits = 40

// DecisionName is the name that a decision must have: d- and the first 40 hexadecimal digits of the SHA-256 digest of the
// request's UID, the step and the approver, each but the last followed by a newline. In the place of the step stands the
// verdict, where that is Withdraw or Revoke. So nobody decides a step twice, and no decision is about a later request of the
// same name.
func DecisionName(requestUID, step, approver string) string {
	digest := sha256.Sum256([]byte(requestUID + "\n" + step + "\n" + approver))
	return "d-" + hex.EncodeToString(digest[:])[:decisionNameDigits]
}
