// SPDX-License-Identifier: Apache-2.0

package advice

import (
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Judge returns a judge of advice on a request: it follows the advice, resolves the organization again, and decides.
func Judge(world *model.World, request *access.Request, now time.Time) engine.Judge {
	return func(given *access.Advice) (whyNot string) {
		for followed := range Follow(world, request, now, given) {
			if whyNot := followed.whyNot(given); whyNot != "" {
				return whyNot
			}
		}
		return ""
	}
}

// whyNot returns why the answer is no, although advice was followed.
func (f *Followed) whyNot(given *access.Advice) string {
	resolution := resolve.Organization(f.World)
	index, err := engine.NewIndex(resolution.Document, engine.WithClock(func() time.Time { return f.Now }))
	if err != nil {
		return err.Error()
	}
	if index.Check(f.Request) {
		return ""
	}
	source := given.Source
	if len(given.Roles) > 0 {
		source = model.KindAssignment + "/" + GrantName
	}
	for _, finding := range resolution.Findings {
		at := finding.Object.String() + " " + strings.TrimPrefix(finding.Field, "spec.")
		if finding.Severity == resolve.Error && strings.HasPrefix(at, source) {
			return finding.Message
		}
	}
	return index.Explain(f.Request).Message
}
