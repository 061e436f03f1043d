// SPDX-License-Identifier: Apache-2.0

package publications

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Mark is what this process knows to be the last publication of an organization, because it wrote it or found it as it should be.
// Beside the organization's status, which survives the process, it is the only truth about revisions: whatever a ConfigMap says,
// others may have written.
type Mark struct {
	// Organization and ConfigMap are the uids of the objects.
	Organization, ConfigMap types.UID
	Publication             v1alpha1.Publication
}

// SetMark records the last publication of an organization.
func (t *Tracker) SetMark(key snapshot.Key, mark *Mark) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.entry(key).mark = mark
}

// Mark returns the last publication of an organization; nil if this process knows none.
func (t *Tracker) Mark(key snapshot.Key) *Mark {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if e := t.entries[key]; e != nil {
		return e.mark
	}
	return nil
}
