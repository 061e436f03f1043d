// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// standingTime is how long a publication that looks older must be all that is offered before it is taken. A volume or a proxy
	// that lags behind catches up sooner.
	standingTime = 5 * time.Second
	// maxSuperseded bounds how many earlier organizations of the same name a source remembers.
	maxSuperseded = 64
)

// order is what a source knows of the order of publications, by what they say of themselves: anyone who may write the ConfigMap
// can forge it, so it only delays.
type order struct {
	// superseded are the uids of earlier organizations of the same name.
	superseded []string
	// contender is the last publication that was refused as older, and since is when it was offered first, with no other since.
	contender *document.Publication
	since     time.Time
}

// older refuses a state that comes before the current one.
func (o *order) older(current, publication *document.Publication) *RefusalError {
	switch {
	case slices.Contains(o.superseded, publication.UID):
		return refusal(RefusedOlder, "the publication is of an organization %s with uid %s, which was deleted; its successor has uid %s",
			publication.Organization, publication.UID, current.UID)
	case current == nil || current.UID != publication.UID || current.Revision < publication.Revision:
	case publication.Revision < current.Revision:
		return refusal(RefusedOlder, "the publication has revision %d; revision %d was read already", publication.Revision, current.Revision)
	case publication.Digest() != current.Digest():
		return refusal(RefusedOlder, "the publication has revision %d and digest %s; what was read of that revision has digest %s",
			publication.Revision, publication.Digest(), current.Digest())
	}
	o.contender = nil
	return nil
}

// stands reports whether a publication that was refused has been offered for long enough.
func (o *order) stands(publication *document.Publication, now time.Time) bool {
	if !isSame(o.contender, publication) || now.Before(o.since) {
		o.contender, o.since = publication, now
	}
	return now.Sub(o.since) >= standingTime
}

// took records that a publication replaces the current one, which may be nil.
func (o *order) took(current, publication *document.Publication) {
	o.contender = nil
	if current == nil || current.UID == publication.UID {
		return
	}
	o.superseded = slices.DeleteFunc(o.superseded, func(uid string) bool { return uid == publication.UID })
	o.superseded = append(o.superseded, current.UID)
	o.superseded = o.superseded[max(0, len(o.superseded)-maxSuperseded):]
}

// isSame reports whether two publications are of one state; the first may be nil.
func isSame(a, b *document.Publication) bool {
	return a != nil && a.Namespace == b.Namespace && a.Organization == b.Organization && a.UID == b.UID && a.Revision == b.Revision &&
		a.Digest() == b.Digest()
}
