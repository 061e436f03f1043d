// SPDX-License-Identifier: Apache-2.0

package install

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const namespace = "rolewright-system"

// TestRelease installs the chart, upgrades it, rolls it back and uninstalls it, with objects of a tenant in between.
func TestRelease(t *testing.T) {
	c := newCluster(t)
	c.kubectl("create", "namespace", namespace)
	c.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
	c.helm("install", "rolewright", olderChart(t), "-n", namespace)
	c.kubectl("wait", "crd/roles.rolewright.dev", "--for=condition=Established", "--timeout=60s")
	if got := c.kubectl("get", "crd", "roles.rolewright.dev", "-o", "jsonpath={.spec.names.shortNames}"); got != `["rwold"]` {
		t.Fatalf("the older release has the short names %s", got)
	}

	// What the manager writes: its certificate, and the caBundle by which the API server trusts it.
	c.kubectl("patch", "secret", "rolewright-webhook-certificate", "-n", namespace, "--field-manager=rolewright",
		"-p", `{"data": {"tls.crt": "Y2VydA=="}}`)
	c.kubectl("patch", "validatingwebhookconfiguration", "rolewright-authority", "--field-manager=rolewright",
		"-p", `{"webhooks": [{"name": "authority.rolewright.dev", "clientConfig": {"caBundle": "`+caBundle(c)+`"}}]}`)
	c.kubectl("apply", "-f", "config/samples/quickstart")
	before := c.kubectl("get", "userassignments", "-A", "-o", "yaml")

	for _, step := range []struct{ name, command, replicas string }{
		{"upgrade", "upgrade rolewright " + chart + " --set manager.replicas=3", "3"},
		{"upgrade that changes nothing", "upgrade rolewright " + chart + " --set manager.replicas=3", "3"},
		{"rollback", "rollback rolewright 1", "2"},
		{"upgrade after a rollback", "upgrade rolewright " + chart, "2"},
	} {
		c.helm(append(strings.Fields(step.command), "-n", namespace)...)
		for what, command := range map[string]string{
			step.replicas: "get deployment rolewright-manager -n " + namespace + " -o jsonpath={.spec.replicas}",
			"Y2VydA==":    "get secret rolewright-webhook-certificate -n " + namespace + ` -o jsonpath={.data.tls\.crt}`,
			caBundle(c):   "get validatingwebhookconfiguration rolewright-authority -o jsonpath={.webhooks[0].clientConfig.caBundle}",
		} {
			if got := c.kubectl(strings.Fields(command)...); got != what {
				t.Errorf("%s: kubectl %s gives %q, want %q", step.name, command, got, what)
			}
		}
		if after := c.kubectl("get", "userassignments", "-A", "-o", "yaml"); after != before {
			t.Errorf("%s: assignments have changed:\n%s", step.name, after)
		}
	}
	if got := c.kubectl("get", "crd", "roles.rolewright.dev", "-o", "jsonpath={.spec.names.shortNames}"); got != `["rwrole"]` {
		t.Errorf("after the upgrade, roles have the short names %s", got)
	}

	c.helm("uninstall", "rolewright", "-n", namespace)
	if after := c.kubectl("get", "userassignments", "-A", "-o", "yaml"); after != before {
		t.Errorf("uninstalling has changed assignments:\n%s", after)
	}
	if out, err := c.tryKubectl("get", "deployment", "rolewright-manager", "-n", namespace); err == nil {
		t.Errorf("uninstalling leaves %s", out)
	}
	// What stays is taken over by the next release.
	c.helm("install", "rolewright", chart, "-n", namespace)
}

// olderChart returns a copy of the chart whose CRD of roles has another short name, as an earlier version may have.
func olderChart(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "rolewright")
	if out, err := execute(t, nil, "cp", "-RL", chart, folder); err != nil {
		t.Fatalf("copying the chart: %v: %s", err, out)
	}
	file := filepath.Join(folder, "files", "crds", "rolewright.dev_roles.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(text), "    - rwrole\n", "    - rwold\n", 1)
	if older == string(text) {
		t.Fatal("roles have no short name rwrole")
	}
	if err := os.WriteFile(file, []byte(older), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// caBundle returns certificates that the API server accepts as a caBundle: its own.
func caBundle(c *cluster) string {
	c.t.Helper()
	return strings.TrimSpace(c.kubectl("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}"))
}

// TestSecondInstallation: a cluster holds one Rolewright, because its kinds and its policies are the cluster's. A second one is
// refused before it changes anything.
func TestSecondInstallation(t *testing.T) {
	c := newCluster(t)
	c.helm("install", "rolewright", chart, "-n", namespace, "--create-namespace")
	policies := c.kubectl("get", "validatingadmissionpolicies", "-o", "yaml")
	for _, arguments := range [][]string{
		{"install", "second", chart, "-n", "elsewhere", "--create-namespace"},
		{"install", "second", chart, "-n", namespace},
		{"install", "second", chart, "-n", "elsewhere", "--set", "crds.install=false"},
	} {
		out, err := c.tryHelm(arguments...)
		if err == nil || !strings.Contains(out, "cannot be imported into the current release") || !strings.Contains(out, "rolewright") {
			t.Errorf("helm %q: got %v: %s", arguments, err, out)
		}
	}
	if after := c.kubectl("get", "validatingadmissionpolicies", "-o", "yaml"); after != policies {
		t.Errorf("a refused installation has changed policies:\n%s", after)
	}
}

// TestClientSideApply: the CRDs fit into the annotation that kubectl apply without --server-side writes.
func TestClientSideApply(t *testing.T) {
	c := newCluster(t)
	for range 2 {
		c.kubectl("apply", "-k", "config/default")
	}
	c.kubectl("wait", "crd/roles.rolewright.dev", "--for=condition=Established", "--timeout=60s")
	c.kubectl("apply", "-f", "config/samples/quickstart")
}
