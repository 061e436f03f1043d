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

// assetsVariable is what envtest and its users call the folder with binaries.
const assetsVariable = "KUBEBUILDER_ASSETS"

// modulePath is how Root recognizes this module's go.mod.
const modulePath = "github.com/rolewright/rolewright"

// Root returns the absolute path of the module's root: the nearest folder at
// or above the working directory that holds this module's go.mod. Tests run in
// their package's folder, so it is always found there.
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
			return "", fmt.Errorf("no go.mod of %s at or above %s", modulePath, start)
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

// Locate returns the path of one of the control plane's programs. The folder
// in KUBEBUILDER_ASSETS wins; what it lacks (the stock one has no
// kube-controller-manager) comes from bin/controlplane.
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
