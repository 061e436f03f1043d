// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"reflect"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
)

// TestEveryListIsOfAKind: an object of each kind gets into a list of its own, and every list has a kind.
func TestEveryListIsOfAKind(t *testing.T) {
	var all Objects
	for _, k := range kinds {
		object := NewObject(k.Name)
		object.SetName(k.Name)
		all.Append(object)
	}
	lists := reflect.ValueOf(all)
	for i := range lists.NumField() {
		if lists.Field(i).Len() != 1 {
			t.Errorf("%s has %d objects, want 1", lists.Type().Field(i).Name, lists.Field(i).Len())
		}
	}
	for ref := range all.All() {
		if ref != (model.Ref{Kind: ref.Name, Name: ref.Name}) {
			t.Errorf("%v is not of the kind %s", ref, ref.Name)
		}
	}
	if NewObject(model.KindDecision) != nil {
		t.Error("decisions are no objects of an organization")
	}
}
