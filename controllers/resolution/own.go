// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// ownChanges are the organizations of which something of their own has changed since a resolution of them last began. It is safe for
// concurrent use.
type ownChanges struct {
	mutex sync.Mutex
	keys  map[snapshot.Key]struct{}
}

// add notes a change of an organization's own.
func (o *ownChanges) add(key snapshot.Key) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.keys == nil {
		o.keys = map[snapshot.Key]struct{}{}
	}
	o.keys[key] = struct{}{}
}

// take reports whether there was any, and forgets it.
func (o *ownChanges) take(key snapshot.Key) bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	_, changed := o.keys[key]
	delete(o.keys, key)
	return changed
}

// isShared reports whether many organizations may be resolved from an object.
func isShared(object client.Object) bool {
	switch object.(type) {
	case *v1alpha1.PermissionCatalog, *v1alpha1.PlatformRole, *v1alpha1.PlatformAssignment:
		return true
	}
	return false
}
