// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is what can be built.
type program struct {
	name string
	// module is the folder of its module, path its main package.
	module, path string
	// output is where it goes.
	output string
	// flags are those of the linker.
	flags func() (string, error)
	// ours is set on programs of this repository: they are built whenever a file has changed.
	ours bool
	// asset is set on what the folder of KUBEBUILDER_ASSETS may hold already.
	asset bool
}

// programs returns all of them.
func programs() []program {
	all := make([]program, 0, 9)
	all = append(all,
		program{name: "helm", module: "hack/helm", path: "helm.sh/helm/v4/cmd/helm", output: "bin/helm", flags: stripped},
		program{
			name: "golangci-lint", module: "hack/lint", output: "bin/golangci-lint", flags: stripped,
			path: "sigs.k8s.io/kube-api-linter/cmd/golangci-lint-kube-api-linter",
		},
	)
	for _, name := range []string{"manager", "rolewright"} {
		all = append(all, program{name: name, module: ".", path: "./cmd/" + name, output: "bin/" + name, flags: versioned, ours: true})
	}
	all = append(all, program{name: "localcluster", module: ".", path: "./hack/run", output: "bin/localcluster", flags: stripped, ours: true})
	for name, path := range map[string]string{
		"etcd":                    "go.etcd.io/etcd/server/v3",
		"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
		"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
		"kubectl":                 "k8s.io/kubernetes/cmd/kubectl",
	} {
		all = append(all, program{
			name: name, module: "hack/controlplane", path: path, output: "bin/controlplane/" + name, flags: kubernetesVersion, asset: true,
		})
	}
	return all
}

// programsNamed returns the programs of names, without those that need not be built.
func programsNamed(names []string) ([]program, error) {
	var found []program
	for _, name := range names {
		known := false
		for _, p := range programs() {
			if p.name != name {
				continue
			}
			known = true
			if !p.isAsset() {
				found = append(found, p)
			}
		}
		if !known {
			return nil, fmt.Errorf("there is no program %q", name)
		}
	}
	return found, nil
}

// isAsset reports whether the folder of KUBEBUILDER_ASSETS holds the program.
func (p *program) isAsset() bool {
	folder := os.Getenv("KUBEBUILDER_ASSETS")
	if !p.asset || folder == "" {
		return false
	}
	info, err := os.Stat(filepath.Join(folder, p.name))
	return err == nil && info.Mode().Perm()&0o111 != 0
}

// stripped leaves out symbols.
func stripped() (string, error) { return "-s -w", nil }

// versioned is what the Makefile sets, with the version of the repository.
func versioned() (string, error) { return os.Getenv("LDFLAGS"), nil }

// kubernetesVersion sets the version that a release carries: without it kube-apiserver calls itself v0.0.0, which clients do not accept.
func kubernetesVersion() (string, error) {
	list := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	list.Dir = "hack/controlplane"
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("reading the version of Kubernetes: %w", err)
	}
	version := strings.TrimSpace(string(out))
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) != 3 {
		return "", fmt.Errorf("the version of Kubernetes is %q", version)
	}
	const set = "-X k8s.io/component-base/version"
	return fmt.Sprintf("-s -w %s.gitVersion=%s %s.gitMajor=%s %s.gitMinor=%s -X k8s.io/client-go/pkg/version.gitVersion=%s",
		set, version, set, parts[0], set, parts[1], version), nil
}
