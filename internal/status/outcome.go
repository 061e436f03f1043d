// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Reasons of conditions, beside those of findings.
const (
	// ReasonResolved is the reason of Ready if nothing is wrong.
	ReasonResolved = "Resolved"
	// ReasonPublished is the reason of Published if readers see the object.
	ReasonPublished = "Published"
	// ReasonForeignConfigMap means that a ConfigMap of the name exists that the manager did not create.
	ReasonForeignConfigMap = "ForeignConfigMap"
	// ReasonTooLarge means that an entry of the document does not fit into a ConfigMap, even alone.
	ReasonTooLarge = "TooLarge"
	// ReasonPublishFailed means that the API server refused the ConfigMap.
	ReasonPublishFailed = "PublishFailed"
)

// Outcome is the result of publishing a snapshot.
type Outcome struct {
	// Publication is what readers see now, nil if that is nothing. If there is a Problem, it is of an earlier snapshot.
	Publication *v1alpha1.Publication
	// Last is the last publication, nil if there was none. Readers may no longer see it; the next one has a greater revision.
	Last *v1alpha1.Publication
	// Problem is why readers do not see the snapshot, nil if they do.
	Problem *Problem
}

// Problem is why a snapshot could not be published.
type Problem struct {
	Reason, Message string
}

// published returns the message of a condition Published that is True.
func (o *Outcome) published() string {
	return fmt.Sprintf("readers of ConfigMap %s see this as of revision %d", o.Publication.ConfigMapName, o.Publication.Revision)
}

// lastGood says what readers see despite the problem.
func (o *Outcome) lastGood() string {
	if o.Publication == nil {
		return "nothing is published"
	}
	return fmt.Sprintf("revision %d stays published", o.Publication.Revision)
}
