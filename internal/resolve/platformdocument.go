// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

// PlatformDocumentFindings returns, of what is found in a platform document at a moment, what is wrong with the assignments that it is
// about: what is found in its catalog and in its roles is found by Platform, and nobody wrote its organization.
func PlatformDocumentFindings(resolution *Resolution, now time.Time) []Finding {
	found, _ := resolution.At(now)
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Object.Kind != model.KindPlatformAssignment })
}
