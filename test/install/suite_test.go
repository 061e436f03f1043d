// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rolewright/rolewright/internal/controlplane"
)

// cluster is an API server with nothing installed.
type cluster struct {
	t          *testing.T
	kubeconfig string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	plane, err := controlplane.Start(controlplane.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plane.Stop(); err != nil {
			t.Error(err)
		}
	})
	c := &cluster{t: t, kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	if err := plane.Admin.WriteKubeconfig(c.kubeconfig); err != nil {
		t.Fatal(err)
	}
	return c
}

// helm runs Helm in the cluster, which must succeed.
func (c *cluster) helm(arguments ...string) string {
	c.t.Helper()
	out, err := c.tryHelm(arguments...)
	if err != nil {
		c.t.Fatalf("helm %q: %v: %s", arguments, err, out)
	}
	return out
}

func (c *cluster) tryHelm(arguments ...string) (string, error) {
	c.t.Helper()
	return helm(c.t, append(arguments, "--kubeconfig", c.kubeconfig)...)
}

// kubectl runs kubectl in the cluster, which must succeed.
func (c *cluster) kubectl(arguments ...string) string {
	c.t.Helper()
	out, err := c.tryKubectl(arguments...)
	if err != nil {
		c.t.Fatalf("kubectl %q: %v: %s", arguments, err, out)
	}
	return out
}

func (c *cluster) tryKubectl(arguments ...string) (string, error) {
	c.t.Helper()
	return kubectl(c.t, append(arguments, "--kubeconfig", c.kubeconfig)...)
}

// helmVariable names another Helm than the one that "make helm" builds: Helm 3, for example.
const helmVariable = "ROLEWRIGHT_HELM"

// helm runs Helm without the caller's configuration.
func helm(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	program := cmp.Or(os.Getenv(helmVariable), filepath.Join(root(t), "bin", "helm"))
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v: run \"make helm\" to build it", err)
	}
	home := t.TempDir()
	return execute(t, []string{"HELM_CACHE_HOME=" + home, "HELM_CONFIG_HOME=" + home, "HELM_DATA_HOME=" + home}, program, arguments...)
}

func kubectl(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	program, err := controlplane.Locate(controlplane.Kubectl)
	if err != nil {
		t.Fatal(err)
	}
	return execute(t, nil, program, arguments...)
}

// execute runs a program at the root of the repository, and returns its output; with an error, its messages too.
func execute(t *testing.T, environment []string, program string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir, command.Env = root(t), append(os.Environ(), environment...)
	var out, messages bytes.Buffer
	command.Stdout, command.Stderr = &out, &messages
	if err := command.Run(); err != nil {
		return out.String() + messages.String(), err
	}
	return out.String(), nil
}

func root(t *testing.T) string {
	t.Helper()
	folder, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}
