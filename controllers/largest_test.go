// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/test/clustertest"
)

// fields are those of an object or of a part of it.
type fields map[string]any

// many returns n parts, each made from its number.
func many[T any](n int, part func(i int) T) []T {
	made := []T{}
	for i := range n {
		made = append(made, part(i))
	}
	return made
}

// names returns n names that begin alike.
func names(prefix string, n int) []string {
	return many(n, func(i int) string { return fmt.Sprintf("%s-%04d", prefix, i) })
}

const (
	// text is a display name, and sentence a description, as people write them.
	text     = "Approve orders of the department"
	sentence = "Decides on orders below the limit of the department, and sees who ordered what."
)

// largestSpecs are specs with a list at the greatest number of items, or as near to it as kubectl apply can keep in an annotation of
// 256 KiB when names and texts are as long as people write them.
func largestSpecs(world string) map[string]fields {
	ref := fields{"name": organization}
	scope := fields{"units": names("unit", 32)}
	return map[string]fields{
		"PermissionCatalog": {
			"sections": many(16, func(i int) fields { return fields{"name": fmt.Sprintf("section-%d", i), "displayName": text} }),
			"permissions": many(1024, func(i int) fields {
				return fields{
					"name": fmt.Sprintf("orders.approve-%04d", i), "section": fmt.Sprintf("section-%d", i%16), "displayName": text, "description": sentence,
				}
			}),
			"qualifiers": many(128, func(i int) fields {
				return fields{"name": fmt.Sprintf("own-%d", i), "description": sentence, "expression": "resource.properties.owner == subject.id"}
			}),
			"features": many(128, func(i int) fields { return fields{"name": fmt.Sprintf("feature-%d", i), "displayName": text} }),
		},
		"Role": {"organizationRef": ref, "displayName": text, "rules": many(256, func(i int) fields {
			return fields{"permissions": names("orders.approve", 32), "qualifiers": []string{fmt.Sprintf("own-%d", i%128)}}
		})},
		"PlatformRole": {"catalogRef": fields{"name": world}, "assignableScope": "Organization", "displayName": text, "rules": many(256, func(int) fields {
			return fields{"permissions": names("orders.approve", 32)}
		})},
		"UserAssignment": {
			"organizationRef": ref, "user": "otto@clinic.example",
			"profile": fields{"displayName": "Otto Kern", "attributes": func() fields {
				attributes := fields{}
				for _, name := range names("attribute", 64) {
					attributes[name] = sentence
				}
				return attributes
			}()},
			"grants": many(64, func(i int) fields {
				return fields{"name": fmt.Sprintf("clerk-%d", i), "roleRef": fields{"name": "clerk"}, "scope": scope}
			}),
			"overrides": many(64, func(i int) fields {
				return fields{"name": fmt.Sprintf("extra-%d", i), "effect": "Allow", "permission": "orders.view", "scope": scope, "reason": sentence}
			}),
		},
		"UserGroup": {
			"organizationRef": ref, "members": many(1000, func(i int) string { return fmt.Sprintf("member-%04d@clinic.example", i) }),
			"grants": many(64, func(i int) fields {
				return fields{"name": fmt.Sprintf("clerk-%d", i), "roleRef": fields{"name": "clerk"}, "scope": scope}
			}),
		},
		"Organization": {"catalogRef": fields{"name": world}, "waivers": many(128, func(i int) fields {
			return fields{
				"name": fmt.Sprintf("waiver-%d", i), "constraintRef": fields{"name": "four-eyes"},
				"users": many(32, func(i int) string { return fmt.Sprintf("user-%02d@clinic.example", i) }),
				"owner": "otto@clinic.example", "reason": sentence, "endTime": "2099-01-01T00:00:00Z",
			}
		})},
		"ApprovalChain": {
			"organizationRef": ref, "requestType": "order", "description": sentence, "steps": many(16, func(i int) fields {
				approvers := many(16, func(i int) fields {
					return fields{"type": "Users", "users": []string{fmt.Sprintf("user-%02d@clinic.example", i)}}
				})
				return fields{"name": fmt.Sprintf("step-%d", i), "when": "resource.properties.value > 100.0", "approvers": approvers, "fallback": approvers}
			}),
		},
		"OrganizationStructure": {
			"organizationRef": ref, "units": many(512, func(i int) fields {
				unit := fields{"name": fmt.Sprintf("unit-%04d", i), "displayName": text}
				if i > 0 {
					unit["parent"] = "unit-0000"
				}
				return unit
			}),
			"unitGroups": many(256, func(i int) fields { return fields{"name": fmt.Sprintf("group-%d", i), "units": names("unit", 32)} }),
		},
	}
}

var _ = DescribeTable("The largest objects that people write are applied, and their status written:", large, func(flags ...string) {
	w := newWorld()
	specs := largestSpecs(w.Namespace)
	for _, kind := range slices.Sorted(maps.Keys(specs)) {
		spec := specs[kind]
		name := "largest"
		if kind == "PermissionCatalog" || kind == "PlatformRole" {
			name = w.Namespace
		} else if kind == "Organization" {
			name = organization
		}
		object := fields{"apiVersion": v1alpha1.GroupVersion.String(), "kind": kind, "metadata": fields{"namespace": w.Namespace, "name": name}, "spec": spec}
		written, err := json.Marshal(object)
		Expect(err).NotTo(HaveOccurred())
		file := filepath.Join(GinkgoT().TempDir(), kind+".json")
		Expect(os.WriteFile(file, written, 0o600)).To(Succeed())
		GinkgoWriter.Println(kind, len(written), "bytes")
		for range 2 {
			clustertest.Kubectl(plane, append([]string{"apply", "-f", file}, flags...)...)
		}
		Eventually(func() (observed int64) {
			status := clustertest.Kubectl(plane, "get", kind+"s.rolewright.dev", name, "-n", w.Namespace, "-o", "jsonpath={.status.observedGeneration}/{.metadata.generation}")
			var generation int64
			_, _ = fmt.Sscanf(status, "%d/%d", &observed, &generation)
			return generation - observed
		}).Should(BeZero(), kind)
	}
},
	Entry("by kubectl apply"),
	Entry("by kubectl apply --server-side", "--server-side", "--force-conflicts"))
