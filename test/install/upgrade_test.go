// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// recordWith is the manager of an earlier version, by which to record what it publishes:
//
//	go test ./test/install -run Upgrade -record-with <program>
var recordWith = flag.String("record-with", "", "the manager that records what the version in testdata publishes")

// TestUpgrade brings a cluster in which an earlier version was used to this one. What that version published of the same objects
// stays as it is, so no reader notices; and a reader of that version reads what this one publishes.
func TestUpgrade(t *testing.T) {
	versions, err := filepath.Glob("testdata/v*")
	if err != nil || len(versions) == 0 {
		t.Fatalf("there is no earlier version in testdata: %v", err)
	}
	for _, version := range versions {
		t.Run(filepath.Base(version), func(t *testing.T) {
			folder, err := filepath.Abs(version)
			if err != nil {
				t.Fatal(err)
			}
			c := newCluster(t)
			c.apply(uncompressed(t, filepath.Join(folder, "crds.yaml.gz")))
			c.kubectl("wait", "crd", "--all", "--for=condition=Established", "--timeout=60s")
			c.kubectl("apply", "--server-side", "-f", filepath.Join(folder, "objects.yaml"))
			recorded := filepath.Join(folder, "published.json")
			if *recordWith != "" {
				c.runUntilPublished(*recordWith)
				write(t, recorded, c.published())
				return
			}
			was := c.publish(recorded)
			c.kubectl("apply", "--server-side", "-k", "config/crd")
			c.runUntilPublished(filepath.Join(root(t), "bin", "manager"))
			for name, now := range c.published() {
				if before, known := was[name]; !known || now.ResourceVersion != before.ResourceVersion {
					t.Errorf("%s was published again: it was\n%v\nand is\n%v", name, before.Data, now.Data)
				}
			}
			c.readWith(filepath.Join(folder, "rolewright.py"))
			c.kubectl("patch", "organization", "quickstart", "-n", "quickstart", "--type=merge", `--patch={"spec":{"publishing":{"form":"Shards"}}}`)
			c.runUntilPublished(filepath.Join(root(t), "bin", "manager"))
			if now := c.published(); len(now) < len(was)+4 {
				t.Errorf("there are %d ConfigMaps, and were %d: nothing is published in shards", len(now), len(was))
			}
			c.readWith(filepath.Join(folder, "rolewright.py"))
		})
	}
}

// apply applies manifests as the API server takes them.
func (c *cluster) apply(manifests []byte) {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "manifests.yaml")
	if err := os.WriteFile(file, manifests, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.kubectl("apply", "--server-side", "-f", file)
}

// runUntilPublished runs a manager until readers see every organization as it is now.
func (c *cluster) runUntilPublished(program string) {
	c.t.Helper()
	manager := exec.CommandContext(c.t.Context(), program, "--kubeconfig", c.kubeconfig, "--leader-elect=false",
		"--metrics-bind-address=0", "--health-probe-bind-address=0")
	var log bytes.Buffer
	manager.Stderr = &log
	// The command ends if the test does; until then it is interrupted, and ends by itself.
	manager.Cancel = func() error { return manager.Process.Signal(os.Interrupt) }
	if err := manager.Start(); err != nil {
		c.t.Fatal(err)
	}
	out, err := c.tryKubectl("wait", "organizations", "--all", "-A", "--for=condition=Published", "--timeout=120s")
	if interrupted := manager.Process.Signal(os.Interrupt); err == nil {
		err = interrupted
	}
	if ended := manager.Wait(); err == nil {
		err = ended
	}
	if err != nil {
		c.t.Fatalf("%s: %v: %s\n%s", program, err, out, log.String())
	}
}

// published returns the ConfigMaps of all organizations by namespace and name.
func (c *cluster) published() map[string]corev1.ConfigMap {
	c.t.Helper()
	var list corev1.ConfigMapList
	if err := json.Unmarshal([]byte(c.kubectl("get", "configmaps", "-A", "-l", "rolewright.dev/organization", "-o", "json")), &list); err != nil {
		c.t.Fatal(err)
	}
	all := map[string]corev1.ConfigMap{}
	for i := range list.Items {
		all[list.Items[i].Namespace+"/"+list.Items[i].Name] = list.Items[i]
	}
	if len(all) == 0 {
		c.t.Fatal("nothing is published")
	}
	return all
}

// publish creates the ConfigMaps that were recorded, for the organizations that exist here, and returns them.
func (c *cluster) publish(recorded string) map[string]corev1.ConfigMap {
	c.t.Helper()
	data, err := os.ReadFile(recorded)
	if err != nil {
		c.t.Fatal(err)
	}
	var all map[string]corev1.ConfigMap
	if err := json.Unmarshal(data, &all); err != nil {
		c.t.Fatal(err)
	}
	text := string(data)
	for name := range all {
		owner := all[name].OwnerReferences[0]
		uid := c.kubectl("get", "organization", owner.Name, "-n", all[name].Namespace, "-o", "jsonpath={.metadata.uid}")
		text = strings.ReplaceAll(text, string(owner.UID), uid)
	}
	all = nil
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		c.t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		configMap := all[name]
		configMap.APIVersion, configMap.Kind = "v1", "ConfigMap"
		encoded, err := json.Marshal(configMap)
		if err != nil {
			c.t.Fatal(err)
		}
		file := filepath.Join(c.t.TempDir(), "configmap.json")
		if err := os.WriteFile(file, encoded, 0o600); err != nil {
			c.t.Fatal(err)
		}
		c.kubectl("create", "-f", file)
	}
	return c.published()
}

// write writes what is published to a file, without what an API server adds.
func write(t *testing.T, file string, published map[string]corev1.ConfigMap) {
	t.Helper()
	for name, configMap := range published {
		configMap.UID, configMap.ResourceVersion, configMap.ManagedFields = "", "", nil
		configMap.CreationTimestamp.Reset()
		published[name] = configMap
	}
	data, err := json.MarshalIndent(published, "", " ")
	if err == nil {
		err = os.WriteFile(file, append(data, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// readWith has the reader of an earlier version decide about what is published now.
func (c *cluster) readWith(reader string) {
	c.t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("ROLEWRIGHT_READERS") == "required" {
			c.t.Fatal(err)
		}
		return
	}
	folder := c.t.TempDir()
	for name, configMap := range c.published() {
		// The index lies in the folder itself, a shard in one of its own.
		into := folder
		if shard, isOurs := strings.CutPrefix(name, "quickstart/"); !isOurs {
			continue
		} else if shard != "quickstart-permissions" {
			into = filepath.Join(folder, shard)
		}
		if err := os.MkdirAll(into, 0o700); err != nil {
			c.t.Fatal(err)
		}
		for key, value := range configMap.Data {
			if err := os.WriteFile(filepath.Join(into, key), []byte(value), 0o600); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	for unit, want := range map[string]string{"harbour": "yes", "hill": "no", "lakeside": "no"} {
		command := exec.CommandContext(c.t.Context(), python, reader, folder)
		command.Stdin = strings.NewReader(`{"subject": {"type": "user", "id": "lena@library.example"}, "action": {"name": "loans.create"},
			"resource": {"type": "loan", "id": "17", "properties": {"unit": "` + unit + `"}}}`)
		out, err := command.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			c.t.Errorf("in %s the earlier reader says %s, %v, want %s", unit, out, err, want)
		}
	}
}

func uncompressed(t *testing.T, file string) []byte {
	t.Helper()
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	reader, err := gzip.NewReader(opened)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
