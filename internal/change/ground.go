// SPDX-License-Identifier: Apache-2.0

package change

import "sync"

// ground is what a comparison makes of two states, users aside. States that differ in users alone share one, which their memo keeps: then a
// comparison of one user does not read 1,000 units again. One comparison uses it at a time.
type ground struct {
	mutex       sync.Mutex
	units       *units
	dimensions  []dimension
	conditions  *conditions
	permissions map[string]permissionPair
}

// groundKey is the key of the ground in a memo.
type groundKey struct{}

// enterGround gives the comparison its ground, and returns what leaves it.
func (c *comparison) enterGround() (leave func()) {
	c.ground = &ground{}
	if !c.updated.IsEverything() {
		c.ground = c.resolutions[after].Memo().Get(groundKey{}, func() any { return &ground{} }).(*ground)
	}
	c.mutex.Lock()
	if c.units == nil {
		c.conditions = newConditions()
		c.units = readUnits(c.docs)
		c.readDimensions()
		c.readValues()
		c.readConditions()
		c.readPermissions()
	}
	return c.mutex.Unlock
}
