// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const chart = "charts/rolewright"

// TestChartIsWhatKustomizeBuilds: with its defaults the chart installs what config/default installs, and with the decision service
// what config/serve does; labels and annotations of Helm, the namespace and the image's version apart.
func TestChartIsWhatKustomizeBuilds(t *testing.T) {
	built := objects(t, kustomized(t, "config/default"))
	delete(built, "Namespace/rolewright-system")
	compare(t, built, objects(t, rendered(t)))

	maps.Copy(built, objects(t, kustomized(t, "config/serve")))
	// The chart has a policy for the manager too, which no kustomization has.
	served := objects(t, rendered(t, "--set", "serve.enabled=true,networkPolicy.enabled=true"))
	delete(served, "NetworkPolicy/rolewright-manager")
	compare(t, built, served)
}

// TestChartsConsoleIsWhatKustomizeBuilds: with the provider of the example, the chart installs what docs/examples/console does.
func TestChartsConsoleIsWhatKustomizeBuilds(t *testing.T) {
	built := objects(t, kustomized(t, "config/default"))
	delete(built, "Namespace/rolewright-system")
	maps.Copy(built, objects(t, kustomized(t, "docs/examples/console")))
	set := console + ",console.constrainedImpersonation=true,networkPolicy.enabled=true,console.extraArgs={--oidc-username-claim=email," +
		`--oidc-groups-claim=groups,--oidc-extra-scope=email\,groups}`
	with := objects(t, rendered(t, "--set", set))
	delete(with, "NetworkPolicy/rolewright-manager")
	compare(t, built, with)
	// An older cluster takes the rights of config/console alone.
	plain := objects(t, rendered(t, "--set", console))["ClusterRole/rolewright-console"]
	if diff := cmp.Diff(common(objects(t, kustomized(t, "config/console"))["ClusterRole/rolewright-console"]), common(plain)); diff != "" {
		t.Errorf("the rights differ (-kustomize +chart):\n%s", diff)
	}
}

// TestChartsServiceIsWhatKustomizeBuilds: with all of its options, the decision service of the chart is that of docs/examples/serve.
func TestChartsServiceIsWhatKustomizeBuilds(t *testing.T) {
	built := objects(t, kustomized(t, "config/default"))
	delete(built, "Namespace/rolewright-system")
	maps.Copy(built, objects(t, kustomized(t, "docs/examples/serve")))
	delete(built, "ConfigMap/rolewright-serve-ext-authz")
	with := objects(t, rendered(t, "-f", filepath.Join("docs", "examples", "serve", "values.yaml")))
	delete(with, "NetworkPolicy/rolewright-manager")
	compare(t, built, with)
	for _, component := range []string{"docs/examples/accessrequests", "docs/examples/ext-authz"} {
		objects(t, kustomized(t, component))
	}
}

// console are the options without which there is no console.
const console = "console.enabled=true,console.issuerURL=https://id.example.com,console.clientID=rolewright," +
	"console.redirectURL=https://console.example.com/-/login/callback"

// accessRequests are the options without which nobody may ask for access.
const accessRequests = "serve.enabled=true,serve.accessRequests.keysSecretName=keys"

// TestKustomizeExample: the kustomization that docs/install.md shows sets the image, the labels and the flag, and nothing undoes them.
func TestKustomizeExample(t *testing.T) {
	deployment := objects(t, kustomized(t, "docs/examples/install"))["Deployment/rolewright-manager"]
	text, err := deployment.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"image":"registry.example/rolewright:v0.1.0"`, `"--log-level=debug"`, `"team":"identity"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the manager has no %s: %s", want, text)
		}
	}
}

func compare(t *testing.T, want, got map[string]*unstructured.Unstructured) {
	t.Helper()
	names := slices.Sorted(maps.Keys(want))
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Fatalf("the chart has other objects (-kustomize +chart):\n%s", diff)
	}
	for _, name := range names {
		if diff := cmp.Diff(common(want[name]), common(got[name])); diff != "" {
			t.Errorf("%s differs (-kustomize +chart):\n%s", name, diff)
		}
	}
}

// common returns an object without what Helm adds.
func common(object *unstructured.Unstructured) map[string]any {
	added := []string{
		"app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart", "helm.sh/resource-policy",
	}
	var without func(any) any
	without = func(value any) any {
		switch v := value.(type) {
		case map[string]any:
			cleaned := map[string]any{}
			for key, inner := range v {
				if inner = without(inner); !slices.Contains(added, key) && !isEmpty(inner) {
					cleaned[key] = inner
				}
			}
			return cleaned
		case []any:
			cleaned := make([]any, len(v))
			for i := range v {
				cleaned[i] = without(v[i])
			}
			return cleaned
		case string:
			return strings.TrimSuffix(strings.TrimSuffix(v, ":latest"), ":v0.0.0")
		}
		return value
	}
	cleaned := without(object.Object).(map[string]any)
	// The chart gives labels to every object.
	unstructured.RemoveNestedField(cleaned, "metadata", "labels", "app.kubernetes.io/name")
	if labels, _, _ := unstructured.NestedMap(cleaned, "metadata", "labels"); len(labels) == 0 {
		unstructured.RemoveNestedField(cleaned, "metadata", "labels")
	}
	if containers, found, _ := unstructured.NestedSlice(cleaned, "spec", "template", "spec", "containers"); found {
		delete(containers[0].(map[string]any), "imagePullPolicy")
		_ = unstructured.SetNestedSlice(cleaned, containers, "spec", "template", "spec", "containers")
	}
	return cleaned
}

func isEmpty(value any) bool {
	v := reflect.ValueOf(value)
	return value == nil || v.Kind() == reflect.Map && v.Len() == 0
}

// TestChartOptions sets each option, and looks for what it should change.
func TestChartOptions(t *testing.T) {
	digest := "sha256:" + strings.Repeat("ab", 32)
	const manager, serve, pages = "Deployment/rolewright-manager", "Deployment/rolewright-serve", "Deployment/rolewright-console"
	for _, c := range []struct{ set, object, want string }{
		{"image.repository=registry.example/rw", manager, `"image":"registry.example/rw:v0.0.0"`},
		{"image.tag=v9", manager, `"image":"ghcr.io/rolewright/rolewright:v9"`},
		{"image.digest=" + digest, manager, "rolewright:v0.0.0@" + digest + `"`},
		{"image.pullPolicy=Always", manager, `"imagePullPolicy":"Always"`},
		{"imagePullSecrets[0].name=registry", manager, `"imagePullSecrets":[{"name":"registry"}]`},
		{"commonLabels.team=identity", "ClusterRole/rolewright-viewer", `"team":"identity"`},
		{"commonLabels.team=identity", manager, `"team":"identity"`},
		{"crds.install=false", "CustomResourceDefinition/roles.rolewright.dev", ""},
		{"manager.replicas=3", manager, `"replicas":3`},
		{"manager.extraArgs={--coalesce=1s}", manager, `"--coalesce=1s"`},
		{"manager.logLevel=debug", manager, `"--log-level=debug"`},
		{"manager.auditLog=/audit/log", manager, `"--audit-log=/audit/log"`},
		{"manager.resources.limits.memory=4Gi", manager, `"memory":"4Gi"`},
		{"manager.podAnnotations.a=b", manager, `"a":"b"`},
		{"manager.podLabels.a=b", manager, `"a":"b"`},
		{"manager.serviceAccountAnnotations.a=b", "ServiceAccount/rolewright-manager", `"a":"b"`},
		{"manager.priorityClassName=high", manager, `"priorityClassName":"high"`},
		{"manager.nodeSelector.zone=a", manager, `"nodeSelector":{"zone":"a"}`},
		{"manager.tolerations[0].operator=Exists", manager, `"tolerations":[{"operator":"Exists"}]`},
		{"manager.affinity.podAffinity.a=b", manager, `"affinity":{"podAffinity":{"a":"b"}}`},
		{"manager.topologySpreadConstraints[0].topologyKey=rack", manager, `"topologySpreadConstraints":[{"topologyKey":"rack"}]`},
		{"manager.podDisruptionBudget=false", "PodDisruptionBudget/rolewright-manager", ""},
		{"webhook.enabled=false", "ValidatingWebhookConfiguration/rolewright-authority", ""},
		{"webhook.timeoutSeconds=5", "ValidatingWebhookConfiguration/rolewright-authority", `"timeoutSeconds":5`},
		{"serve.enabled=true", serve, `"replicas":2`},
		{"serve.enabled=true,serve.replicas=1", serve, `"replicas":1`},
		{"serve.enabled=true,serve.tlsSecretName=mine", serve, `"secretName":"mine"`},
		{"serve.enabled=true,serve.extraArgs={--base-url=https://x.example}", serve, `"--base-url=https://x.example"`},
		{"serve.enabled=true,serve.extAuthz.configMapName=routes", serve, `"--ext-authz-mapping=/ext-authz/mapping.yaml"`},
		{"serve.enabled=true,serve.extAuthz.configMapName=routes", serve, `{"configMap":{"name":"routes"},"name":"ext-authz"}`},
		{"serve.enabled=true,serve.extAuthz.configMapName=routes", "Service/rolewright-serve-ext-authz", `"port":9191`},
		{"serve.enabled=true,networkPolicy.enabled=true,serve.extAuthz.configMapName=routes", "NetworkPolicy/rolewright-serve-ext-authz", `"port":"ext-authz"`},
		{"serve.enabled=true,serve.accessRequests.keysSecretName=keys", serve, `"--base-url=https://rolewright-serve.rolewright-system.svc"`},
		{"serve.enabled=true,serve.accessRequests.keysSecretName=keys", serve, `{"name":"access-requests","secret":{"secretName":"keys"}}`},
		{"serve.enabled=true,serve.accessRequests.keysSecretName=keys", "ClusterRoleBinding/rolewright-serve-access-requests", `"name":"rolewright-serve"`},
		{accessRequests + ",serve.accessRequests.baseURL=https://x.example", serve, `"--base-url=https://x.example"`},
		{accessRequests + ",serve.accessRequests.callbacksSecretName=calls", serve, `"--access-request-callbacks=/callbacks/callbacks.yaml"`},
		{accessRequests + ",serve.accessRequests.callbacksSecretName=calls", serve, `{"name":"callbacks","secret":{"secretName":"calls"}}`},
		{"serve.enabled=true,serve.env[0].name=A,serve.env[0].value=b", serve, `"env":[{"name":"A","value":"b"}]`},
		{"manager.env[0].name=A,manager.env[0].value=b", manager, `"env":[{"name":"A","value":"b"}]`},
		{console + ",console.env[0].name=A,console.env[0].value=b", pages, `{"name":"A","value":"b"}]`},
		{"serve.enabled=true,serve.resources.limits.memory=4Gi", serve, `"memory":"4Gi"`},
		{"serve.enabled=true,serve.podAnnotations.a=b", serve, `"a":"b"`},
		{"serve.enabled=true,serve.podLabels.a=b", serve, `"a":"b"`},
		{"serve.enabled=true,serve.serviceAccountAnnotations.a=b", "ServiceAccount/rolewright-serve", `"a":"b"`},
		{"serve.enabled=true,serve.priorityClassName=high", serve, `"priorityClassName":"high"`},
		{"serve.enabled=true,serve.nodeSelector.zone=a", serve, `"nodeSelector":{"zone":"a"}`},
		{"serve.enabled=true,serve.tolerations[0].operator=Exists", serve, `"tolerations":[{"operator":"Exists"}]`},
		{"serve.enabled=true,serve.affinity.podAffinity.a=b", serve, `"affinity":{"podAffinity":{"a":"b"}}`},
		{"serve.enabled=true,serve.topologySpreadConstraints[0].topologyKey=rack", serve, `[{"topologyKey":"rack"}]`},
		{"serve.enabled=true,serve.podDisruptionBudget=false", "PodDisruptionBudget/rolewright-serve", ""},
		{console, pages, `"--oidc-issuer-url=https://id.example.com","--oidc-client-id=rolewright","--oidc-redirect-url=https://console`},
		{console + ",console.replicas=1", pages, `"replicas":1`},
		{console + ",console.secretName=mine", pages, `"secretName":"mine"`},
		{console + ",console.tlsSecretName=mine", pages, `"secretName":"mine"`},
		{console + ",console.constrainedImpersonation=true", "ClusterRole/rolewright-console", `"impersonate-on:user-info:list"`},
		{console + ",console.extraArgs={--oidc-username-claim=email}", pages, `"--oidc-username-claim=email"`},
		{console + ",console.resources.limits.memory=4Gi", pages, `"memory":"4Gi"`},
		{console + ",console.podAnnotations.a=b", pages, `"a":"b"`},
		{console + ",console.podLabels.a=b", pages, `"a":"b"`},
		{console + ",console.serviceAccountAnnotations.a=b", "ServiceAccount/rolewright-console", `"a":"b"`},
		{console + ",console.priorityClassName=high", pages, `"priorityClassName":"high"`},
		{console + ",console.nodeSelector.zone=a", pages, `"nodeSelector":{"zone":"a"}`},
		{console + ",console.tolerations[0].operator=Exists", pages, `"tolerations":[{"operator":"Exists"}]`},
		{console + ",console.affinity.podAffinity.a=b", pages, `"affinity":{"podAffinity":{"a":"b"}}`},
		{console + ",console.topologySpreadConstraints[0].topologyKey=rack", pages, `[{"topologyKey":"rack"}]`},
		{console + ",console.podDisruptionBudget=false", "PodDisruptionBudget/rolewright-console", ""},
		{"metrics.serviceMonitor.enabled=true", "ServiceMonitor/rolewright", `"interval":"30s"`},
		{"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.interval=5s", "ServiceMonitor/rolewright", `"interval":"5s"`},
		{"metrics.serviceMonitor.enabled=true,metrics.serviceMonitor.labels.a=b", "ServiceMonitor/rolewright", `"a":"b"`},
		{"networkPolicy.enabled=true", "NetworkPolicy/rolewright-manager", `"port":"webhook"`},
	} {
		object := objects(t, rendered(t, "--set", c.set))[c.object]
		if c.want == "" {
			if object != nil {
				t.Errorf("%s: %s is there", c.set, c.object)
			}
			continue
		}
		if object == nil {
			t.Errorf("%s: there is no %s", c.set, c.object)
			continue
		}
		text, err := object.MarshalJSON()
		if err != nil || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: %s has no %s: %s", c.set, c.object, c.want, text)
		}
		if err := elsewhere(t, c.set); err != nil {
			t.Errorf("%s: %v", c.set, err)
		}
	}
}

// elsewhere reports what still names the usual namespace in a release of another.
func elsewhere(t *testing.T, set string) error {
	t.Helper()
	out, err := helm(t, "template", "rolewright", chart, "-n", "authority", "--set", set)
	switch {
	case err != nil:
		return errors.New(out)
	case strings.Contains(out, "rolewright-system"):
		return errors.New("an object of namespace authority names rolewright-system")
	}
	return nil
}

// TestChartRefuses: what is misspelt, or of a wrong type, is an error that names it.
func TestChartRefuses(t *testing.T) {
	for set, want := range map[string]string{
		"manager.replica=3":                                           "/manager/replica",
		"managers.replicas=3":                                         "managers",
		"manager.replicas=three":                                      "/manager/replicas",
		"image.digest=sha256:1":                                       "/image/digest",
		"webhook.timeoutSeconds=31":                                   "/webhook/timeoutSeconds",
		"manager.logLevel=loud":                                       "/manager/logLevel",
		"manager.extraArgs={coalesce=1s}":                             "/manager/extraArgs/0",
		"serve.tls=mine":                                              "/serve/tls",
		"serve.extAuthz.configMap=mine":                               "/serve/extAuthz",
		"serve.env[0].value=b":                                        "/serve/env/0",
		"serve.accessRequests.baseURL=https://x.example":              "/serve/accessRequests/baseURL",
		accessRequests + ",serve.accessRequests.baseURL=http://x.y":   "/serve/accessRequests/baseURL",
		"console.enabled=true":                                        "/console/issuerURL",
		console + ",console.redirectURL=https://console.example.com/": "/console/redirectURL",
		"metrics.serviceMonitor.interval=5":                           "/metrics/serviceMonitor/interval",
	} {
		out, err := helm(t, "template", "rolewright", chart, "--set", set)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("--set %s: got %v, %s, want an error about %s", set, err, out, want)
		}
	}
	if out, err := helm(t, "lint", "--strict", chart); err != nil {
		t.Errorf("helm lint: %v: %s", err, out)
	}
}

func rendered(t *testing.T, arguments ...string) string {
	t.Helper()
	out, err := helm(t, append([]string{"template", "rolewright", chart, "-n", "rolewright-system"}, arguments...)...)
	if err != nil {
		t.Fatalf("helm template %q: %v: %s", arguments, err, out)
	}
	return out
}

func kustomized(t *testing.T, folder string) string {
	t.Helper()
	out, err := kubectl(t, "kustomize", folder)
	if err != nil {
		t.Fatalf("kubectl kustomize %s: %v: %s", folder, err, out)
	}
	return out
}

// objects returns the objects of a stream of YAML by kind and name.
func objects(t *testing.T, text string) map[string]*unstructured.Unstructured {
	t.Helper()
	all := map[string]*unstructured.Unstructured{}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewBufferString(text), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("decoding an object: %v", err)
		}
		if len(object.Object) == 0 {
			continue
		}
		name := object.GetKind() + "/" + object.GetName()
		if all[name] != nil {
			t.Errorf("there are two of %s", name)
		}
		all[name] = object
	}
}
