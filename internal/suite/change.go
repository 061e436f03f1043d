// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"encoding/json"
	"fmt"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// given returns the state that a row is asked in, nil if that cannot be made.
func (r *runner) given(path string, written state) *tested {
	names := r.names(r.base, nil)
	switch {
	case written.name != "":
		named, known := r.file.States[written.name]
		find(names, path+".given", "state", written.name, r.file.States)
		if !known {
			return nil
		}
		return r.edited(r.base, "states."+written.name, named, names)
	case len(written.edits) > 0:
		return r.edited(r.base, path+".given", written.edits, names)
	}
	return r.base
}

// edited returns a state after edits, nil if they cannot be made.
func (r *runner) edited(from *tested, path string, edits edits, names *names) *tested {
	if known, is := r.states[path]; is {
		return known
	}
	var next *tested
	if objects := r.change(from, path, edits, names); objects != nil {
		var err error
		if next, err = newTested(objects, from.key); err != nil {
			r.problem(path, "%v", err)
		}
	}
	r.states[path] = next
	return next
}

// change is a change of manifests that is being made.
type change struct {
	runner *runner
	names  *names
	// path is that of the edit.
	path    string
	of      *tested
	objects *intake.Objects
	failed  bool
}

// change returns the objects after edits, nil if they cannot be made.
func (r *runner) change(from *tested, path string, edits edits, names *names) *intake.Objects {
	c := &change{runner: r, names: names, of: from, objects: from.objects}
	for i := range edits {
		c.path = path
		if len(edits) > 1 {
			c.path = fmt.Sprintf("%s[%d]", path, i)
		}
		// What an edit adds, the next one may name.
		if i > 0 {
			if next, err := newTested(c.objects, from.key); err == nil {
				c.of = next
			}
		}
		names.document = c.of.document
		c.apply(&edits[i])
	}
	names.document = from.document
	if c.failed {
		return nil
	}
	return c.objects
}

func (c *change) problem(key, format string, args ...any) {
	path := c.path
	if key != "" {
		path += "." + key
	}
	c.runner.problem(path, format, args...)
	c.failed = true
}

// apply makes one edit.
func (c *change) apply(e *edit) {
	before := len(c.runner.result.Problems)
	switch {
	case e.Patch != "":
		c.patch(e)
	case e.Delete != "":
		if ref, is := c.refTo("delete", e.Delete); is {
			without := c.objects.Without(ref)
			c.objects = &without
		}
	case len(e.Apply) > 0:
		c.applyAll(e)
	case c.of.isOfPlatform():
		c.problem("", "only PlatformAssignments give anything on the platform itself: use apply, patch or delete")
	default:
		c.applyToUser(e)
	}
	c.failed = c.failed || len(c.runner.result.Problems) > before
}

// applyToUser makes an edit of a user.
func (c *change) applyToUser(e *edit) {
	switch {
	case e.Give != "":
		c.give(e)
	case e.Take != "":
		c.take(e)
	case e.Allow != "":
		c.override(e, "allow", e.Allow)
	case e.Deny != "":
		c.override(e, "deny", e.Deny)
	case e.Add != "":
		c.addUser(e)
	case e.Suspend != "":
		c.setState("suspend", e.Suspend, "Suspended")
	case e.Reinstate != "":
		c.setState("reinstate", e.Reinstate, "Active")
	case e.Remove != "":
		c.removeUser(e.Remove)
	default:
		c.setProfile(e)
	}
}

// refTo looks up an object that is written as KIND/NAME.
func (c *change) refTo(key, written string) (model.Ref, bool) {
	known := map[string]model.Ref{}
	for ref := range c.objects.All() {
		if ref.Namespace == "" || ref.Namespace == c.of.key.Namespace {
			known[ref.Kind+"/"+ref.Name] = ref
		}
	}
	ref, is := known[written]
	find(c.names, c.path+"."+key, "object", written, known)
	return ref, is
}

// valueOf returns an object as JSON has it.
func (c *change) valueOf(object metav1.Object) map[string]any {
	text, err := json.Marshal(object)
	var value map[string]any
	if err == nil {
		err = json.Unmarshal(text, &value)
	}
	if err != nil {
		c.problem("", "%v", err)
	}
	return value
}

// write writes an object in place of that of its kind and name, or as a new one.
func (c *change) write(kind string, value map[string]any) {
	value["kind"] = kind
	if value["apiVersion"] == nil {
		value["apiVersion"] = "rolewright.dev/v1alpha1"
	}
	text, err := json.Marshal(value)
	if err != nil {
		c.problem("", "%v", err)
		return
	}
	reader := &manifests.Reader{Namespace: c.of.key.Namespace}
	c.overlayRead(reader.Parse("the edit", text))
}

func (c *change) overlayRead(read *manifests.Result) {
	input, err := validation.FromManifests(read)
	if err != nil {
		c.problem("", "%v", err)
		return
	}
	c.overlay(input)
}

// overlay applies objects that were read.
func (c *change) overlay(input *validation.Input) {
	for i := range input.Rejected {
		if f := &input.Rejected[i]; f.Severity == resolve.Error {
			c.problem("", "the API server would reject %s: %s: %s", f.Object, f.Field, f.Message)
		}
	}
	existing := maps.Collect(c.objects.All())
	applied := (&intake.Objects{}).Overlaid(&input.Objects)
	for ref, object := range applied.All() {
		// What is new is the newest: a constraint withholds it first.
		created := metav1.Time{Time: c.runner.now}
		if known, is := existing[ref]; is {
			created = known.GetCreationTimestamp()
		}
		object.SetCreationTimestamp(created)
	}
	overlaid := c.objects.Overlaid(&applied)
	c.objects = &overlaid
}
