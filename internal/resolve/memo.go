// SPDX-License-Identifier: Apache-2.0

package resolve

import "sync"

// Memo keeps what others make of a resolution, its users aside. Resolutions that were updated from each other and differ in users alone
// share it. It is safe for concurrent use.
type Memo struct{ made sync.Map }

// Get returns what was made under a key, and makes it if nothing was.
func (m *Memo) Get(key any, create func() any) any {
	if value, known := m.made.Load(key); known {
		return value
	}
	value, _ := m.made.LoadOrStore(key, create())
	return value
}

// Memo returns the memo of a resolution that has a document.
func (r *Resolution) Memo() *Memo { return r.env.memo }
