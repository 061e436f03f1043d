// SPDX-License-Identifier: Apache-2.0

package view

import (
	"bytes"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// Changes is what would differ, or has differed since the console was started.
type Changes struct {
	// Since is when the state was read that this one is compared with; zero if manifests are compared with this one.
	Since time.Time
	// Given are the manifests that are compared with the state; empty if none are.
	Given string
	// Sheet is the difference, nil if there is none to show.
	Sheet *report.Sheet
	// Wrong says why there is no difference, and Rejected what an API server would refuse of the manifests.
	Wrong    string
	Rejected []validation.Finding
}

// NewChanges returns what differs in an organization since an earlier state of it, which is nil if there was none.
func NewChanges(o, before *state.Organization, since, now time.Time) *Changes {
	c := &Changes{Since: since}
	var was *resolve.Resolution
	if before != nil {
		was = before.Resolution
	}
	c.compare(was, o.Resolution, now)
	return c
}

// NewWhatIf returns what applying manifests would change of an organization.
func NewWhatIf(o *state.Organization, given string, now time.Time) *Changes {
	c := &Changes{Given: given}
	read, err := (&manifests.Reader{Stdin: bytes.NewReader([]byte(given)), Namespace: o.Namespace}).Read(manifests.Stdin)
	if err != nil {
		c.Wrong = err.Error()
		return c
	}
	input, err := validation.FromManifests(read)
	if err != nil {
		c.Wrong = err.Error()
		return c
	}
	c.Rejected = input.Rejected
	if validation.Count(input.Rejected, resolve.Error) > 0 {
		c.Wrong = "The API server would not accept these manifests."
		return c
	}
	after := o.Objects.Overlaid(&input.Objects)
	members := intake.ByOrganization(&after)[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}]
	world := intake.World(o.Namespace, o.Name, members)
	c.compare(o.Resolution, resolve.Organization(&world), now)
	return c
}

func (c *Changes) compare(was, is *resolve.Resolution, now time.Time) {
	difference, err := change.Between(was, is, change.Options{At: now})
	if err != nil {
		c.Wrong = err.Error()
		return
	}
	c.Sheet = report.NewSheet(difference)
}
