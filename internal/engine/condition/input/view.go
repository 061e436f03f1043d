// SPDX-License-Identifier: Apache-2.0

package input

import "github.com/rolewright/rolewright/pkg/permissions/access"

// View is what a simple condition sees: a request, and what the directory knows of it, not yet put together. It costs next to nothing to
// make.
type View struct {
	Request *access.Request
	// Subject and Resource are what the directory knows of them; nil if they are none of its.
	Subject, Resource *Attributes
	// Unit holds the attributes of the unit that the resource lies in.
	Unit map[string]any
}
