// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"fmt"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// write is one way to change the world.
type write struct {
	do func(*world, client.Client) error
}

// patch writes a merge patch of an object, which is named as Kind/name.
func patch(object, change string) write {
	return write{func(w *world, as client.Client) error {
		text, err := yaml.YAMLToJSON([]byte(change))
		Expect(err).NotTo(HaveOccurred())
		return as.Patch(ctx, w.Get(object), client.RawPatch(types.MergePatchType, text))
	}}
}

// jsonPatch writes a JSON patch.
func jsonPatch(object, operations string) write {
	return write{func(w *world, as client.Client) error {
		return as.Patch(ctx, w.Get(object), client.RawPatch(types.JSONPatchType, []byte(operations)))
	}}
}

// update reads an object, changes it and puts it back.
func update(object, change string) write {
	return write{func(w *world, as client.Client) error {
		changed := w.Get(object)
		Expect(yaml.Unmarshal([]byte(change), changed)).To(Succeed())
		return as.Update(ctx, changed)
	}}
}

// apply applies an object by server-side apply.
func apply(text string) write {
	return write{func(w *world, as client.Client) error {
		return as.Apply(ctx, client.ApplyConfigurationFromUnstructured(w.object(text)), client.FieldOwner("people"), client.ForceOwnership)
	}}
}

func create(text string) write {
	return write{func(w *world, as client.Client) error { return as.Create(ctx, w.object(text)) }}
}

func remove(object string) write {
	return write{func(w *world, as client.Client) error { return as.Delete(ctx, w.Get(object)) }}
}

// removeAll deletes all objects of a kind as a collection.
func removeAll(kind string) write {
	return write{func(w *world, as client.Client) error {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind))
		return as.DeleteAllOf(ctx, object, client.InNamespace(w.Namespace))
	}}
}

// What is written.

func grantClerk(unit string) string { return grantIn("clerk", unit) }

func grantLead(unit string) string { return grantIn("lead", unit) }

func grantIn(role, unit string) string {
	return fmt.Sprintf("spec: {grants: [{name: %[1]s, roleRef: {name: %[1]s}, scope: {units: [%[2]s]}}]}", role, unit)
}

const grantOwner = "spec: {grants: [{name: owner, roleRef: {name: owner}, scope: {everywhere: true}}]}"

func grantUntil(end string) string {
	return fmt.Sprintf("spec: {grants: [{name: clerk, roleRef: {name: clerk}, scope: {units: [south]}, endTime: %q}]}", end)
}

func override(permission, effect, scope string) string {
	return fmt.Sprintf("spec: {overrides: [{name: mine, permission: %s, effect: %s, scope: {%s}}]}", permission, effect, scope)
}

// second writes another assignment of a user.
func second(name, role, scope string) string {
	return fmt.Sprintf("kind: UserAssignment\nmetadata: {name: %s-too}\n"+
		"spec: {user: %[1]s, grants: [{name: more, roleRef: {name: %s}, scope: {%s}}]}",
		name, role, scope)
}

func group(name, member, role, scope string) string {
	return fmt.Sprintf("kind: UserGroup\nmetadata: {name: %s}\n"+
		"spec: {members: [%s], grants: [{name: %s, roleRef: {name: %[3]s}, scope: {%s}}]}",
		name, member, role, scope)
}

// units is a patch that lets a unit have another parent.
func units(unit, parent string) string {
	parents := map[string]string{"north": "all", "depot": "north", "south": "all"}
	parents[unit] = parent
	text := "spec: {units: [{name: all}"
	for _, name := range []string{"north", "depot", "south"} {
		text += fmt.Sprintf(", {name: %s, parent: %s}", name, parents[name])
	}
	return text + "]}"
}

func chain(name, roles string) string {
	return fmt.Sprintf("kind: ApprovalChain\nmetadata: {name: %s}\nspec: {requestType: %[1]s, "+
		"steps: [{name: owner, approvers: [{type: Role, role: {roleRef: {name: owner}}}]}], "+
		"grantPolicy: {roles: %s, beneficiaries: [Members]}}", name, roles)
}
