// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"encoding/json"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	lua "github.com/yuin/gopher-lua"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

// argoHealth maps what kstatus says of an object to what Argo CD does.
var argoHealth = map[status.Status]string{
	status.InProgressStatus: "Progressing", status.CurrentStatus: "Healthy", status.FailedStatus: "Degraded",
}

// healthScript returns the script of docs/examples/gitops by which Argo CD judges the objects of all kinds.
func healthScript() string {
	GinkgoHelper()
	text, err := os.ReadFile("../docs/examples/gitops/argocd-cm.yaml")
	Expect(err).NotTo(HaveOccurred())
	var configuration corev1.ConfigMap
	Expect(yaml.UnmarshalStrict(text, &configuration)).To(Succeed())
	var customizations map[string]map[string]string
	Expect(yaml.UnmarshalStrict([]byte(configuration.Data["resource.customizations"]), &customizations)).To(Succeed())
	return customizations["rolewright.dev/*"]["health.lua"]
}

// askArgo runs the script on an object, as Argo CD does: with the object as obj.
func askArgo(object *unstructured.Unstructured) (health, message string) {
	GinkgoHelper()
	state := lua.NewState()
	defer state.Close()
	data, err := json.Marshal(object)
	Expect(err).NotTo(HaveOccurred())
	var plain any
	Expect(json.Unmarshal(data, &plain)).To(Succeed())
	state.SetGlobal("obj", luaValue(state, plain))
	Expect(state.DoString(healthScript())).To(Succeed())
	answer, isTable := state.Get(-1).(*lua.LTable)
	Expect(isTable).To(BeTrue(), "the script returns a table")
	return answer.RawGetString("status").String(), answer.RawGetString("message").String()
}

func luaValue(state *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, element := range v {
			table.RawSetString(key, luaValue(state, element))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, element := range v {
			table.Append(luaValue(state, element))
		}
		return table
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	}
	return lua.LNil
}
