// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SuiteGroup is the group of test suites. It is none of a cluster, so that a suite beside manifests is not taken for one of them.
const SuiteGroup = "test.rolewright.dev"

// suite adds a test suite.
func (p *parser) suite(d document, gvk schema.GroupVersionKind, value map[string]any, node *yaml.Node) {
	o := &Object{Position: d.position(node.Line), GVK: gvk, Value: value, node: node, offset: d.offset}
	own := &parser{result: &Result{}}
	own.duplicateFields(o, node, nil)
	p.result.Suites = append(p.result.Suites, Suite{Object: o, Diagnostics: own.result.Diagnostics})
}
