// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The programs that Locate finds.
const (
	Etcd              = "etcd"
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Kubectl           = "kubectl"
)

// assetsVariable is the environment variable that names envtest's folder with
// binaries.
const assetsVariable = "KUBEBUILDER_ASSETS"

// modulePath identifies this module's go.mod.
const modulePath = "github.com/rolewright/rolewright"

// Root returns the absolute path of the module's root: the closest folder at or
// above the working directory that contains this module's go.mod. Tests run in the
// folder of their package, so they always find it.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the module's root: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && declaresModule(string(content)) {
			return dir, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("finding the module's root: %w", err)
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no go.mod of %s in %s or above it: run this inside a checkout", modulePath, start)
		}
	}
}

func declaresModule(goMod string) bool {
	for line := range strings.Lines(goMod) {
		if strings.TrimSpace(line) == "module "+modulePath {
			return true
		}
	}
	return false
}

// Locate returns the path of a program of the control plane. It looks in the
// folder in KUBEBUILDER_ASSETS first, and then in bin/controlplane: envtest's own
// folder has no kube-controller-manager.
func Locate(program string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	folders := []string{filepath.Join(root, "bin", "controlplane")}
	if assets := os.Getenv(assetsVariable); assets != "" {
		folders = append([]string{assets}, folders...)
	}
	for _, folder := range folders {
		path := filepath.Join(folder, program)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not in %s: run \"make controlplane\" to build it, or set %s",
		program, strings.Join(folders, " or "), assetsVariable)
}
