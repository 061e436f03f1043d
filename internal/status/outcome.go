// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Reasons of conditions, beside those of findings.
const (
	// ReasonResolved is Ready's when nothing is wrong.
	ReasonResolved = "Resolved"
	// ReasonPublished is Published's when readers see the object.
	ReasonPublished = "Published"
	// ReasonForeignConfigMap says that somebody else's ConfigMap has the name that is needed.
	ReasonForeignConfigMap = "ForeignConfigMap"
	// ReasonTooLarge says that something in the document does not fit one ConfigMap, not even alone.
	ReasonTooLarge = "TooLarge"
	// ReasonPublishFailed says that the API server refused what was to be published.
	ReasonPublishFailed = "PublishFailed"
)

// Outcome is what came of publishing a snapshot.
type Outcome struct {
	// Publication is what readers see now; nil for nothing. With a Problem it is of an earlier snapshot.
	Publication *v1alpha1.Publication
	// Problem is why readers do not see the snapshot; nil when they do.
	Problem *Problem
}

// Problem is why something could not be published.
type Problem struct {
	Reason, Message string
}

// published is the message of a condition Published that is True.
func (o *Outcome) published() string {
	return fmt.Sprintf("readers of ConfigMap %s see this as of revision %d", o.Publication.ConfigMapName, o.Publication.Revision)
}

// lastGood says what readers see in spite of a problem.
func (o *Outcome) lastGood() string {
	if o.Publication == nil {
		return "nothing is published"
	}
	return fmt.Sprintf("revision %d stays published", o.Publication.Revision)
}
